/**
 * `?`: the keys of the console in one card.
 * @module
 */
import { Modal } from 'antd';
import { useText } from '../texts/index.ts';

export function KeysHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useText();
  const rows: readonly (readonly [keys: readonly string[], what: string])[] = [
    [['Ctrl', 'K'], t.palette],
    [['?'], t.keysHelp],
    [['g', 'o'], t.keyGo(t.overview)],
    [['g', 'a'], t.keyGo(t.assets)],
    [['g', 'f'], t.keyGo(t.findings)],
    [['g', 'r'], t.keyGo(t.reports)],
    [['/'], t.keyFilter],
    [['c'], t.keyCreate],
    [['j', 'k'], t.keyMove],
    [['Enter'], t.keyOpen],
    [['m'], t.keyMenu],
    [['x'], t.keySelect],
    [['Shift', t.click], t.keyRange],
    [['Esc'], t.keyClose],
  ];
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t.keysHelp} width={480}>
      <dl className="hd-keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
