/**
 * A refusal: what could not be used, by name and reason. Nothing in this engine drops input silently; it refuses it by one of these.
 * @module
 */
export interface Refusal {
  /** Which rule or document: its title, else its id, else where it stands. */
  readonly name: string;
  /** Where it stands: the name the caller gave the text, and the document's number in it. */
  readonly where: string;
  readonly code: RefusalCode;
  readonly reason: string;
}

export type RefusalCode =
  | 'yaml'
  | 'document'
  | 'condition'
  | 'modifier'
  | 'value'
  | 'placeholder'
  | 'regex'
  | 'reference'
  | 'correlation'
  | 'filter'
  | 'limit';

/** Thrown inside the parser, caught at its edge and handed back as a {@link Refusal}. */
export class RefusalError extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, reason: string) {
    super(reason);
    this.code = code;
  }
}
