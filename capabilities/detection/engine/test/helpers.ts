import { type DetectionRule, type EventRecord, parseSigma, type SigmaDocument } from '../src/index.ts';
import { Detector } from '../src/sigma/detector.ts';
import { declaredRoute } from '../src/sigma/logsource.ts';
import { interpret } from './interpreter.ts';

/** One rule from its detection section, indented by nothing. */
export function ruleText(detection: string, more = 'logsource: {product: test}'): string {
  return `title: Rule\nid: rule\n${more}\ndetection:\n${detection.replace(/^/gm, '  ')}\n`;
}

export function compile(text: string, placeholders: Record<string, readonly string[]> = {}): readonly SigmaDocument[] {
  const { rules, refusals } = parseSigma(text, 'test', { placeholders });
  if (refusals.length > 0) throw new Error(refusals.map((refusal) => `${refusal.code}: ${refusal.reason}`).join('; '));
  return rules;
}

/** Whether the rule matches; throws where the fast engine and the plain interpreter differ. */
export function matches(
  detection: string,
  event: EventRecord,
  placeholders: Record<string, readonly string[]> = {},
): boolean {
  const documents = compile(ruleText(detection), placeholders);
  const detector = new Detector(documents);
  const source = { product: 'test' };
  const fast = detector.match(event, source).length > 0;
  const plain = interpret(documents as readonly DetectionRule[], event, declaredRoute(source)).length > 0;
  if (fast !== plain) throw new Error(`fast says ${fast}, the interpreter ${plain}: ${JSON.stringify(event)}`);
  return fast;
}

/** The detection `selection: {key: value}` with `condition: selection`. */
export function item(key: string, value: unknown): string {
  return `selection:\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}\ncondition: selection`;
}

export function refusalOf(text: string): string {
  const { refusals } = parseSigma(text, 'test');
  return refusals.map((refusal) => `${refusal.name} ${refusal.code}: ${refusal.reason}`).join('; ');
}
