/**
 * The verbs of one record where it stands in its list: by a right click, by its button or by `m`. The same operations as in the bulk bar,
 * the record's own page and the palette.
 * @module
 */
import { Dropdown } from 'antd';
import { presetFor } from '../form/preset.ts';
import { useRun } from '../form/use-run.tsx';
import { copyText } from '../parts/clipboard.ts';
import { useFeedback } from '../parts/feedback.tsx';
import type { DeclaredOperation } from '../platform/registry.tsx';
import { useSay, useText } from '../texts/index.ts';

export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

export function RowMenu({
  place,
  id,
  operations,
  initialFor,
  onOpen,
  onClose,
}: {
  readonly place: MenuPlace;
  readonly id: string;
  readonly operations: readonly DeclaredOperation[];
  readonly initialFor: (operation: DeclaredOperation) => Readonly<Record<string, unknown>>;
  readonly onOpen: (() => void) | undefined;
  readonly onClose: () => void;
}) {
  const t = useText();
  const say = useSay();
  const run = useRun();
  const feedback = useFeedback();
  const verbs = operations.flatMap((operation) => {
    const preset = presetFor(operation.operation, [id]);
    return preset ? [{ operation, preset }] : [];
  });
  const link = () => {
    const address = new URL(location.href);
    address.searchParams.set('id', id);
    void copyText(address.href).then(() => feedback.success(t.linkCopied));
  };
  return (
    <Dropdown
      open
      trigger={['click']}
      autoFocus
      placement="bottomLeft"
      onOpenChange={(open) => open || onClose()}
      menu={{
        onClick: ({ key }) => {
          onClose();
          if (key === 'open') return onOpen?.();
          if (key === 'link') return link();
          const verb = verbs.find(({ operation }) => operation.id === key);
          if (verb) run({ ...verb, initial: initialFor(verb.operation) });
        },
        items: [
          ...(onOpen ? [{ key: 'open', label: t.open }] : []),
          ...(onOpen && verbs.length > 0 ? [{ type: 'divider' as const }] : []),
          ...verbs.map(({ operation }) => ({ key: operation.id, label: say(operation.operation.title) })),
          ...(onOpen ? [{ type: 'divider' as const }, { key: 'link', label: t.copyRecordLink }] : []),
        ],
      }}
    >
      <span className="hd-menu-anchor" style={{ left: place.x, top: place.y }} />
    </Dropdown>
  );
}
