/**
 * What is said after a declared operation succeeded: how many records it changed, or that its job waits; with undo where the declaration
 * names an operation that takes it back.
 * @module
 */
import type { Capability, Operation } from '@hedun/sdk';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useFeedback } from '../parts/feedback.tsx';
import { clientOf, refresh } from '../platform/api.ts';
import { useSay, useText } from '../texts/index.ts';
import { undoPreset } from './preset.ts';

export type SayOutcome = (
  capability: Capability,
  name: string,
  input: Readonly<Record<string, unknown>>,
  output: unknown,
) => void;

export function useOutcome(): SayOutcome {
  const feedback = useFeedback();
  const queries = useQueryClient();
  const say = useSay();
  const t = useText();
  return useCallback(
    (capability, name, input, output) => {
      const operation = capability.operations[name] as Operation;
      const undone = operation.undo === undefined ? undefined : (capability.operations[operation.undo] as Operation);
      const preset = undone && undoPreset(operation, undone, input, output);
      const undo =
        preset &&
        (() => {
          const call = clientOf(capability)[operation.undo as string] as (input: unknown) => Promise<unknown>;
          call(preset)
            .then(async (answer) => {
              const { changed = 0, skipped } = answer as { changed?: number; skipped?: readonly unknown[] };
              feedback.success(t.takenBack(changed, skipped?.length ?? 0));
              await refresh(queries, capability.id);
            })
            .catch((error: unknown) => feedback.failure(error));
        });
      const { changed, skipped } = (output ?? {}) as { changed?: number; skipped?: readonly unknown[] };
      const title = say(operation.title);
      const text =
        typeof changed === 'number'
          ? t.changedSome(title, changed, skipped?.length ?? 0)
          : operation.effect === 'job'
            ? t.jobQueued(title)
            : t.done(title);
      feedback.success(text, undo ? { undo } : {});
    },
    [feedback, queries, say, t],
  );
}
