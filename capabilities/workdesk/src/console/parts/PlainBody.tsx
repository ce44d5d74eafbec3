/**
 * Text people write: blank lines part paragraphs, `# ` begins a heading, `- ` a list. Nothing in it becomes markup of its own.
 * @module
 */
import type { ReactNode } from 'react';

export function PlainBody({ text }: { readonly text: string }) {
  return (
    <div className="hd-stack">
      {text
        .split(/\n\s*\n/)
        .map((block) => block.trim())
        .filter(Boolean)
        .map((block, index) => (
          <Block key={String(index)} lines={block.split('\n')} />
        ))}
    </div>
  );
}

function Block({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const [first = '', ...rest] = lines;
  const heading = /^(#{1,3})\s+(.*)$/.exec(first);
  if (heading)
    return (
      <>
        <h3>{heading[2]}</h3>
        {rest.length > 0 && <Block lines={rest} />}
      </>
    );
  const items = lines.map((line) => /^[-*]\s+(.*)$/.exec(line)?.[1]);
  if (items.every((item) => item !== undefined))
    return (
      <ul style={{ paddingInlineStart: 20, margin: 0 }}>
        {items.map((item, index) => (
          <li key={String(index)}>{item}</li>
        ))}
      </ul>
    );
  return <p className="hd-prose">{lines.join('\n')}</p>;
}
