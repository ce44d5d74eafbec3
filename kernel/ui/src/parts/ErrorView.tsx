/**
 * What went wrong, as the platform says it: code, sentence, what to do, and details to copy for whoever helps.
 * @module
 */
import { CopyOutlined, LockOutlined, ReloadOutlined, WarningOutlined } from '@ant-design/icons';
import { ClientFailure } from '@hedun/client';
import { Button, Space } from 'antd';
import { useCallback } from 'react';
import { useText } from '../texts/index.ts';
import { copyText } from './clipboard.ts';

export interface FailureView {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly details: string;
  readonly denied: boolean;
}

export function useFailureView(): (error: unknown) => FailureView {
  const t = useText();
  return useCallback(
    (error: unknown) => {
      if (error instanceof ClientFailure) {
        const lines = [
          `code: ${error.code}`,
          error.requestId && `requestId: ${error.requestId}`,
          error.where && `where: ${error.where}`,
          error.expected && `expected: ${error.expected}`,
          error.got && `got: ${error.got}`,
          ...error.issues.map((issue) => `- ${issue.where}: expected ${issue.expected}, got ${issue.got}`),
        ];
        return {
          code: error.code,
          message: error.message,
          fix: error.fix,
          details: lines.filter(Boolean).join('\n'),
          denied: error.status === 403,
        };
      }
      // Browsers say it differently, but a request that reached nobody is always a TypeError about fetching or loading.
      const offline = error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
      const text = error instanceof Error ? error.message : String(error);
      return {
        code: offline ? 'network.failed' : 'console.failed',
        message: offline ? t.networkFailed : text,
        fix: offline ? t.networkFix : t.consoleFix,
        details: text,
        denied: false,
      };
    },
    [t],
  );
}

export function ErrorView({
  error,
  onRetry,
  compact = false,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly compact?: boolean;
}) {
  const t = useText();
  const view = useFailureView()(error);
  const issues = error instanceof ClientFailure ? error.issues : [];
  return (
    <div className={compact ? 'hd-state hd-state-compact' : 'hd-state'} role="alert">
      <div className={`hd-state-icon ${view.denied ? '' : 'hd-tone-text-bad'}`}>
        {view.denied ? <LockOutlined /> : <WarningOutlined />}
      </div>
      <div className="hd-state-title">{view.message}</div>
      {view.fix && <div className="hd-state-text">{view.fix}</div>}
      {error instanceof ClientFailure && (error.expected || error.got) && issues.length === 0 && (
        <div className="hd-state-text">
          {error.where && <code>{error.where}</code>}
          {error.expected && <span>{`${t.expected}${t.colon}${error.expected}`}</span>}
          {error.got && <span>{`${t.got}${t.colon}${error.got}`}</span>}
        </div>
      )}
      {issues.length > 0 && <IssueList issues={issues.slice(0, 8)} />}
      <div className="hd-state-code">
        <code>{view.code}</code>
      </div>
      <Space>
        {onRetry && (
          <Button size="small" icon={<ReloadOutlined />} onClick={onRetry}>
            {t.retry}
          </Button>
        )}
        <Button size="small" icon={<CopyOutlined />} onClick={() => void copyText(view.details)}>
          {t.copyDetails}
        </Button>
      </Space>
    </div>
  );
}

export function IssueList({
  issues,
}: {
  readonly issues: readonly { readonly where: string; readonly expected: string; readonly got: string }[];
}) {
  const t = useText();
  return (
    <table className="hd-issues">
      <thead>
        <tr>
          <th>{t.where}</th>
          <th>{t.expected}</th>
          <th>{t.got}</th>
        </tr>
      </thead>
      <tbody>
        {issues.map((issue) => (
          <tr key={`${issue.where}|${issue.expected}|${issue.got}`}>
            <td>
              <code>{issue.where}</code>
            </td>
            <td>{issue.expected}</td>
            <td>{issue.got}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
