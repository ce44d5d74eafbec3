/**
 * How a component reaches the platform: typed calls, cached answers, writes that refresh what they changed.
 * Components never fetch by themselves.
 * @module
 */
import {
  type Client,
  ClientFailure,
  type ClientOptions,
  callOperation,
  createClient,
  download,
  upload,
} from '@hedun/client';
import type { Capability, Evidence } from '@hedun/sdk';
import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { baseUrl } from '../app/base-url.ts';
import { preferences } from '../app/preferences.ts';

export const clientOptions: ClientOptions = { baseUrl, locale: () => preferences().locale };

export type OperationName<C extends Capability> = keyof C['operations'] & string;
export type InputOf<C extends Capability, K extends OperationName<C>> = Parameters<Client<C>[K]>[0];
export type OutputOf<C extends Capability, K extends OperationName<C>> = Awaited<ReturnType<Client<C>[K]>>;

const clients = new WeakMap<Capability, unknown>();

/** The typed client of a capability, made once. */
export function clientOf<const C extends Capability>(capability: C): Client<C> {
  let client = clients.get(capability) as Client<C> | undefined;
  if (!client) {
    client = createClient(capability, clientOptions);
    clients.set(capability, client);
  }
  return client;
}
export function useClient<const C extends Capability>(capability: C): Client<C> {
  return clientOf(capability);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        // A refusal stays a refusal; only a broken line or an overloaded server is worth another try.
        retry: (count, error) => count < 2 && (!(error instanceof ClientFailure) || error.status >= 502),
      },
    },
  });
}

async function call<const C extends Capability, K extends OperationName<C>>(
  capability: C,
  name: K,
  input: InputOf<C, K>,
  signal?: AbortSignal,
): Promise<OutputOf<C, K>> {
  return (await callOperation(capability, name, input, clientOptions, signal)) as OutputOf<C, K>;
}

/** Reads by an operation; the answer is cached by its input. */
export function useOperation<const C extends Capability, K extends OperationName<C>>(
  capability: C,
  name: K,
  input: InputOf<C, K>,
  options: { readonly enabled?: boolean; readonly keep?: boolean; readonly refreshMs?: number } = {},
): UseQueryResult<OutputOf<C, K>, Error> {
  return useQuery<OutputOf<C, K>, Error>({
    queryKey: [capability.id, name, input],
    queryFn: ({ signal }) => call(capability, name, input, signal),
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.refreshMs ? { refetchInterval: options.refreshMs } : {}),
  });
}

/** Writes by an operation; afterwards everything of this capability and of the kernel is read again. */
export function useWrite<const C extends Capability, K extends OperationName<C>>(
  capability: C,
  name: K,
  options: { readonly onDone?: (output: OutputOf<C, K>, input: InputOf<C, K>) => void } = {},
): UseMutationResult<OutputOf<C, K>, Error, InputOf<C, K>> {
  const queries = useQueryClient();
  return useMutation<OutputOf<C, K>, Error, InputOf<C, K>>({
    mutationFn: (input) => call(capability, name, input),
    onSuccess: (output, input) => {
      options.onDone?.(output, input);
      return refresh(queries, capability.id);
    },
  });
}

/** Keeps a file that a page made (encrypted, cut, drawn) as evidence of an organisation. Files a person chooses go through `FileUpload`. */
export async function uploadFile(
  file: Blob,
  about: { readonly organisationId: string; readonly name: string },
): Promise<Evidence> {
  return await upload(clientOptions, file, about);
}
/** The bytes of a kept file, for a page that does something with them; to hand a file to a person, `FileLink` is enough. */
export async function downloadFile(evidenceId: string): Promise<ReadableStream<Uint8Array>> {
  const response = await download(clientOptions, `/api/kernel/files/${evidenceId}`);
  return response.body ?? new Blob([]).stream();
}

/** The session and what a person likes stay; every list and record is read again when it is next shown. */
export async function refresh(queries: QueryClient, capabilityId: string): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [id, name] }) => (id === capabilityId || id === 'kernel') && name !== 'getSession',
  });
}

export { ClientFailure };
