/**
 * What the console says after a deed: a toast with undo where the deed can be undone, the failure as it is where it was refused,
 * and a typed confirmation only for what cannot be undone.
 * @module
 */
import { App, Button, Input } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useText } from '../texts/index.ts';
import { copyText } from './clipboard.ts';
import { useFailureView } from './ErrorView.tsx';

export interface Feedback {
  success(text: string, options?: { readonly undo?: () => void; readonly action?: ReactNode }): void;
  failure(error: unknown): void;
  /** Asks before what cannot be undone; with `typed`, the person writes that word first. */
  confirm(question: {
    readonly title: string;
    readonly text: ReactNode;
    readonly verb: string;
    readonly typed?: string;
    readonly onYes: () => unknown;
  }): void;
}

export function useFeedback(): Feedback {
  const { message, notification, modal } = App.useApp();
  const t = useText();
  const view = useFailureView();
  return useMemo<Feedback>(
    () => ({
      success: (text, options = {}) => {
        if (!options.undo && !options.action) return void message.success(text);
        // One at a time: the last deed is the one that can be taken back here.
        const key = 'hd-done';
        notification.success({
          key,
          closable: false,
          placement: 'top',
          duration: options.undo ? 8 : 3,
          title: (
            <span className="hd-toast">
              {text}
              {options.undo ? (
                <Button
                  size="small"
                  onClick={() => {
                    notification.destroy(key);
                    options.undo?.();
                  }}
                >
                  {t.undo}
                </Button>
              ) : (
                options.action
              )}
            </span>
          ),
        });
      },
      failure: (error) => {
        const { message, fix, code, details } = view(error);
        notification.error({
          title: message,
          placement: 'top',
          duration: 10,
          description: (
            <>
              {fix && <div>{fix}</div>}
              <code className="hd-faint">{code}</code>
            </>
          ),
          actions: (
            <Button size="small" onClick={() => void copyText(details)}>
              {t.copyDetails}
            </Button>
          ),
        });
      },
      confirm: ({ title, text, verb, typed, onYes }) => {
        const dialog = modal.confirm({
          title,
          okText: verb,
          okButtonProps: { danger: true, disabled: typed !== undefined },
          onOk: onYes,
          content: typed ? (
            <TypedWord
              text={text}
              word={typed}
              onMatch={(matches) => dialog.update({ okButtonProps: { danger: true, disabled: !matches } })}
            />
          ) : (
            text
          ),
        });
      },
    }),
    [message, notification, modal, t, view],
  );
}

function TypedWord({
  text,
  word,
  onMatch,
}: {
  readonly text: ReactNode;
  readonly word: string;
  readonly onMatch: (matches: boolean) => void;
}) {
  const t = useText();
  const [typed, setTyped] = useState('');
  return (
    <div className="hd-stack">
      <div>{text}</div>
      <label>
        {t.typeToConfirm(word)}
        <Input
          autoFocus
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            onMatch(target.value === word);
          }}
        />
      </label>
    </div>
  );
}
