/**
 * Single-key shortcuts of a page. They are silent while one types, composes Chinese, or has a dialog or menu open.
 * @module
 */
import { useEffect, useRef } from 'react';

export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>, enabled = true): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || isBlocked()) return;
      const action = current.current[event.key];
      if (!action) return;
      event.preventDefault();
      action(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [enabled]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    (target as HTMLInputElement).type !== 'checkbox'
  );
}
/** A dialog or the palette is in front; its own keys count. */
function isBlocked(): boolean {
  return document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .hd-palette') !== null;
}
