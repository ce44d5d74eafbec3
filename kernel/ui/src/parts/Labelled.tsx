/**
 * A label above a control of a page's own, bound to it so that a reader and a test find it by name.
 * @module
 */
import { type ReactNode, useId } from 'react';

export function Labelled({
  label,
  children,
}: {
  readonly label: ReactNode;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="hd-labelled">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
