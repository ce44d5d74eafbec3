/**
 * A page that broke: says so, lets one try again, and leaves the rest of the console standing.
 * @module
 */
import { ErrorView } from './ErrorView.tsx';

export function Crash({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  return <ErrorView error={error} onRetry={() => (reset ? reset() : location.reload())} />;
}
