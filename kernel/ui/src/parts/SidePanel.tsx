/**
 * A record beside its list: the list stays visible and j/k walks it. On a phone the panel takes the screen.
 * @module
 */
import { CloseOutlined, DownOutlined, ExpandOutlined, UpOutlined } from '@ant-design/icons';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { Button, Drawer, Tooltip } from 'antd';
import { type ReactNode, useRef } from 'react';
import { useText } from '../texts/index.ts';
import { useNarrow } from './use-narrow.ts';

const narrowest = 380;

export function SidePanel({
  onClose,
  onStep,
  recordId,
  children,
}: {
  readonly onClose: () => void;
  readonly onStep: (step: number) => void;
  readonly recordId: string;
  readonly children: ReactNode;
}) {
  const t = useText();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const panel = useRef<HTMLElement>(null);
  const bar = (
    <div className="hd-panel-bar">
      <Tooltip title={t.previousRecord}>
        <Button
          size="small"
          type="text"
          icon={<UpOutlined />}
          onClick={() => onStep(-1)}
          aria-label={t.previousRecord}
        />
      </Tooltip>
      <Tooltip title={t.nextRecord}>
        <Button size="small" type="text" icon={<DownOutlined />} onClick={() => onStep(1)} aria-label={t.nextRecord} />
      </Tooltip>
      <span className="hd-grow" />
      <Tooltip title={t.openFullPage}>
        <Button
          size="small"
          type="text"
          icon={<ExpandOutlined />}
          aria-label={t.openFullPage}
          onClick={() => void navigate({ to: `${path}/${recordId}` as never })}
        />
      </Tooltip>
      <Tooltip title={`${t.close} (Esc)`}>
        <Button size="small" type="text" icon={<CloseOutlined />} onClick={onClose} aria-label={t.close} />
      </Tooltip>
    </div>
  );
  if (narrow)
    return (
      <Drawer
        open
        placement="bottom"
        size="92%"
        closable={false}
        onClose={onClose}
        styles={{ body: { padding: 0, background: 'var(--hd-surface)' } }}
      >
        {bar}
        <div className="hd-panel-body">{children}</div>
      </Drawer>
    );
  return (
    <aside className="hd-panel" ref={panel}>
      <div
        className="hd-panel-edge"
        onPointerDown={(event) => {
          const edge = event.currentTarget;
          edge.setPointerCapture(event.pointerId);
          const right = panel.current?.getBoundingClientRect().right ?? innerWidth;
          edge.onpointermove = ({ clientX }) => {
            const width = Math.max(narrowest, Math.min(right - clientX, innerWidth * 0.75));
            panel.current?.style.setProperty('width', `${width}px`);
          };
          edge.onpointerup = () => {
            edge.onpointermove = null;
          };
        }}
      />
      {bar}
      <div className="hd-panel-body">{children}</div>
    </aside>
  );
}
