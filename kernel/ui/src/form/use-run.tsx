/**
 * Runs a declared operation from anywhere (row menu, bulk bar, detail header, palette): asks for what it still needs in a dialog,
 * runs at once when it needs nothing, and says what came of it.
 * @module
 */
import type { Capability } from '@hedun/sdk';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useMemo, useState } from 'react';
import { useFeedback } from '../parts/feedback.tsx';
import { clientOf, refresh } from '../platform/api.ts';
import type { DeclaredOperation } from '../platform/registry.tsx';
import { describeInput } from './describe.ts';
import { chosenFields, presetFor } from './preset.ts';
import { useOutcome } from './use-outcome.ts';

export interface RunRequest {
  readonly operation: DeclaredOperation;
  readonly preset?: Readonly<Record<string, unknown>>;
  readonly initial?: Readonly<Record<string, unknown>>;
  readonly onDone?: (output: unknown) => void;
}
// The form and its controls come with the first verb that asks something; the shell stays small.
const Dialog = lazy(async () => ({ default: (await import('./OperationForm.tsx')).OperationDialog }));
const RunContext = createContext<(request: RunRequest) => void>(() => {});

/** Holds the one dialog for all of them. */
export function RunProvider({ children }: { readonly children: ReactNode }) {
  const [request, setRequest] = useState<RunRequest | null>(null);
  const queries = useQueryClient();
  const feedback = useFeedback();
  const told = useOutcome();
  const run = useCallback(
    (wanted: RunRequest) => {
      const { capability, name, operation } = wanted.operation;
      if (chosenFields(describeInput(operation.input), Object.keys(wanted.preset ?? {}), [], undefined).length > 0)
        return setRequest(wanted);
      const call = clientOf(capability)[name] as (input: unknown) => Promise<unknown>;
      const input = wanted.preset ?? {};
      call(input)
        .then(async (output) => {
          told(capability, name, input, output);
          await refresh(queries, capability.id);
          wanted.onDone?.(output);
        })
        .catch((error: unknown) => feedback.failure(error));
    },
    [feedback, queries, told],
  );
  return (
    <RunContext value={run}>
      {children}
      {request && (
        <Suspense fallback={null}>
          <Dialog
            open
            capability={request.operation.capability as Capability}
            operation={request.operation.name}
            {...(request.preset ? { preset: request.preset } : {})}
            {...(request.initial ? { initial: request.initial } : {})}
            onCancel={() => setRequest(null)}
            onDone={(output) => {
              setRequest(null);
              request.onDone?.(output);
            }}
          />
        </Suspense>
      )}
    </RunContext>
  );
}

export function useRun(): (request: RunRequest) => void {
  return useContext(RunContext);
}

export function useRunnable(operations: readonly DeclaredOperation[], ids: readonly string[]) {
  return useMemo(
    () =>
      operations.flatMap((operation) => {
        const preset = presetFor(operation.operation, ids);
        return preset ? [{ operation, preset }] : [];
      }),
    [operations, ids],
  );
}
