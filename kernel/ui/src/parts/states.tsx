/**
 * The states every data surface has besides its data: loading in the final layout, empty (which kind), no permission.
 * @module
 */
import { InboxOutlined, LockOutlined, SearchOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useConsoles } from '../platform/registry.tsx';
import { useSay, useText } from '../texts/index.ts';

/** Shows nothing for the first 150 ms: most answers are there before, and a flash of grey is worse than a pause. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="hd-skeleton" aria-busy="true">
      {late &&
        Array.from({ length: rows }, (_, index) => (
          <div key={String(index)} style={{ width: `${92 - ((index * 17) % 38)}%` }} />
        ))}
    </div>
  );
}

export function EmptyView({
  kind,
  title,
  text,
  action,
}: {
  readonly kind: 'nothing-yet' | 'no-match';
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly action?: ReactNode;
}) {
  const t = useText();
  return (
    <div className="hd-state">
      <div className="hd-state-icon">{kind === 'no-match' ? <SearchOutlined /> : <InboxOutlined />}</div>
      <div className="hd-state-title">{title ?? (kind === 'no-match' ? t.noMatch : t.nothingYet)}</div>
      {text && <div className="hd-state-text">{text}</div>}
      {action}
    </div>
  );
}

export function NoPermission({ permission }: { readonly permission: string }) {
  const t = useText();
  const say = useSay();
  const title = useConsoles()
    .map(({ capability }) => capability.permissions[permission])
    .find(Boolean);
  return (
    <div className="hd-state">
      <div className="hd-state-icon">
        <LockOutlined />
      </div>
      <div className="hd-state-title">{t.noPermission(title ? say(title) : permission)}</div>
      <div className="hd-state-text">{t.noPermissionFix}</div>
      <div className="hd-state-code">
        <code>{permission}</code>
      </div>
      <Button href="." type="default">
        {t.backHome}
      </Button>
    </div>
  );
}
