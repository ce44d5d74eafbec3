/**
 * The frame of a page: title, its actions, its body. `fill` pages scroll inside (lists), others scroll as a whole.
 * @module
 */
import { type ReactNode, useEffect } from 'react';
import { useText } from '../texts/index.ts';

export function PageFrame({
  title,
  actions,
  children,
  fill = false,
  note,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly fill?: boolean;
  readonly note?: string;
}) {
  const t = useText();
  useEffect(() => {
    document.title = `${title} · ${t.productName}`;
  }, [title, t]);
  return (
    <div className={fill ? 'hd-page hd-page-fill' : 'hd-page'}>
      <header className="hd-page-head">
        <div>
          <h1>{title}</h1>
          {note && <p className="hd-faint">{note}</p>}
        </div>
        <div className="hd-page-actions">{actions}</div>
      </header>
      {children}
    </div>
  );
}

/** The head of a record: kind, title, state, and the verbs; it does not move while the body scrolls. */
export function RecordHead({
  over,
  title,
  tags,
  actions,
}: {
  readonly over?: ReactNode;
  readonly title: string;
  readonly tags?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <header className="hd-record-head">
      {over && <div className="hd-record-over">{over}</div>}
      <h2>{title}</h2>
      {tags && <div className="hd-record-tags">{tags}</div>}
      {actions && <div className="hd-record-actions">{actions}</div>}
    </header>
  );
}

/** Names and values of a record, in two columns where there is room. */
export function Fields({ rows }: { readonly rows: readonly (readonly [label: string, value: ReactNode] | null)[] }) {
  return (
    <dl className="hd-fields">
      {rows.map(
        (row) =>
          row && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>
                {row[1] === null || row[1] === false || row[1] === '' || row[1] === undefined ? (
                  <span className="hd-faint">—</span>
                ) : (
                  row[1]
                )}
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="hd-section">
      <div className="hd-section-head">
        <h3>{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}
