/**
 * Ctrl/⌘ K: every page, every operation that can start from here, and records by search. It runs nothing while Chinese is being composed.
 * @module
 */
import { EnterOutlined, FileTextOutlined, SearchOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { setPreferences } from '../app/preferences.ts';
import { describeInput } from '../form/describe.ts';
import { selectionField } from '../form/preset.ts';
import { useRun } from '../form/use-run.tsx';
import { useKindTitles } from '../pages/words.tsx';
import { useOperation } from '../platform/api.ts';
import { type DeclaredOperation, useOperations, usePages } from '../platform/registry.tsx';
import { catalogues, useSay, useText } from '../texts/index.ts';
import { type PaletteEntry, type PinyinMatch, ranked } from './match.ts';

interface Entry extends PaletteEntry {
  readonly section: 'pages' | 'operations' | 'records' | 'preferences';
  readonly title: string;
  readonly hint: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}
const perSection = 8;

export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={640}
      destroyOnHidden
      className="hd-palette"
      style={{ top: 88 }}
      styles={{ container: { padding: 0 } }}
    >
      {open && <Palette onClose={onClose} />}
    </Modal>
  );
}

function Palette({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const pinyin = usePinyin();
  const fixed = useFixedEntries();
  const records = useRecordEntries(useDeferredValue(typed));
  const shown = useMemo(() => {
    const sections = ['pages', 'operations', 'preferences'] as const;
    const found = sections.flatMap((section) =>
      ranked(
        fixed.filter((entry) => entry.section === section),
        typed,
        pinyin,
      ).slice(0, perSection),
    );
    return typed.trim() === ''
      ? found.filter(({ section }) => section === 'pages' || section === 'operations')
      : [...found, ...records];
  }, [fixed, records, typed, pinyin]);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: new browsers answer a promise here, which is no clean-up.
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, shown.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter') choose(shown[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="hd-palette-box">
      <label className="hd-palette-input">
        <SearchOutlined />
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette was opened to type into it
          autoFocus
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          placeholder={t.palettePlaceholder}
          aria-label={t.palette}
        />
      </label>
      <div className="hd-palette-list" role="listbox" ref={list}>
        {shown.length === 0 && <p className="hd-faint hd-palette-none">{t.noMatch}</p>}
        {shown.map((entry, index) => (
          <div key={entry.id}>
            {shown[index - 1]?.section !== entry.section && (
              <div className="hd-palette-section">{t[`palette_${entry.section}`]}</div>
            )}
            <div
              role="option"
              data-at={index}
              tabIndex={-1}
              aria-selected={index === at}
              className="hd-palette-entry"
              onMouseMove={() => setAt(index)}
              onMouseDown={() => choose(entry)}
            >
              {entry.icon}
              <span>{entry.title}</span>
              <span className="hd-faint hd-palette-hint">{entry.hint}</span>
              {index === at && <EnterOutlined className="hd-faint" />}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function useFixedEntries(): readonly Entry[] {
  const t = useText();
  const say = useSay();
  const pages = usePages();
  const operations = useOperations();
  const navigate = useNavigate();
  const run = useRun();
  return useMemo(
    () => [
      ...pages
        .filter(({ page }) => !page.path.includes('$'))
        .map(
          ({ id, page, capability }): Entry => ({
            id: `page:${id}`,
            section: 'pages',
            title: say(page.title),
            hint: say(capability.title),
            words: [page.title['zh-CN'], page.title.en],
            icon: <FileTextOutlined />,
            run: () => void navigate({ to: page.path as never }),
          }),
        ),
      ...operations.filter(startsAnywhere).map(
        (operation): Entry => ({
          id: `operation:${operation.id}`,
          section: 'operations',
          title: say(operation.operation.title),
          hint: say(operation.capability.title),
          words: [operation.operation.title['zh-CN'], operation.operation.title.en],
          icon: <ThunderboltOutlined />,
          run: () => run({ operation }),
        }),
      ),
      preference('theme:light', t.lightMode, 'lightMode', () => setPreferences({ theme: 'light' })),
      preference('theme:dark', t.darkMode, 'darkMode', () => setPreferences({ theme: 'dark' })),
      preference('locale:zh', t.chinese, 'chinese', () => setPreferences({ locale: 'zh-CN' })),
      preference('locale:en', t.english, 'english', () => setPreferences({ locale: 'en' })),
    ],
    [pages, operations, navigate, run, say, t],
  );
}

function preference(
  id: string,
  title: string,
  key: 'lightMode' | 'darkMode' | 'chinese' | 'english',
  run: () => void,
): Entry {
  const words = [catalogues['zh-CN'][key], catalogues.en[key]];
  return { id, section: 'preferences', title, hint: '', words, icon: <ThunderboltOutlined />, run };
}

/** Writes and jobs that do not need a record one has chosen before, and whose form can ask for all they need. */
function startsAnywhere({ operation }: DeclaredOperation): boolean {
  if (
    operation.effect === 'read' ||
    operation.permission === 'public' ||
    operation.http.includes(':') ||
    operation.body === 'raw'
  )
    return false;
  const shape =
    (operation.input as { shape?: Record<string, { safeParse(value: unknown): { success: boolean } }> }).shape ?? {};
  if (operation.on && selectionField(operation)) return false;
  const drawn = new Set(describeInput(operation.input).map(({ name }) => name));
  return (
    operation.cli !== undefined &&
    Object.entries(shape).every(([name, schema]) => drawn.has(name) || schema.safeParse(undefined).success)
  );
}

function useRecordEntries(typed: string): readonly Entry[] {
  const t = useText();
  const navigate = useNavigate();
  const text = typed.trim();
  const kindTitle = useKindTitles('assetKinds');
  // The first part of an asset's line is its kind.
  const hintOf = useCallback(
    (line: string) => [kindTitle(line.split(' \u00b7 ')[0] ?? ''), ...line.split(' \u00b7 ').slice(1)].join(' \u00b7 '),
    [kindTitle],
  );
  const found = useOperation<Kernel, 'search'>(
    kernel,
    'search',
    { text, limit: 8 },
    { enabled: text.length > 0, keep: true },
  );
  return useMemo(
    () =>
      text === ''
        ? []
        : (found.data?.items ?? []).map((item) => ({
            id: `record:${item.kind}:${item.id}`,
            section: 'records' as const,
            title: item.title,
            hint: `${t[`noun_${item.kind}`]} \u00b7 ${hintOf(item.subtitle)}`,
            words: [item.title],
            icon: <SearchOutlined />,
            run: () => void navigate({ to: item.link as never }),
          })),
    [found.data, text, navigate, t, hintOf],
  );
}

/** The pinyin dictionary comes when the palette first opens; until then characters and English match. */
function usePinyin(): PinyinMatch | null {
  const [matcher, setMatcher] = useState<PinyinMatch | null>(null);
  useEffect(() => {
    void import('./pinyin.ts').then(({ matchPinyin }) => setMatcher(() => matchPinyin));
  }, []);
  return matcher;
}
