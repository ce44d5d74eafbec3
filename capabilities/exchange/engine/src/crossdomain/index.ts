/**
 * Exchange between domains that keep ledgers of their own.
 * @module
 */
export {
  bundleMessage,
  type ExchangeBundle,
  type ExchangeCrypto,
  ExchangeError,
  type ExchangeFault,
  exchangeId,
  freshSeconds,
  type Received,
  type ReceiverView,
  receive,
  type SenderTrust,
} from './bundle.ts';
export { cosign, type WitnessPorts } from './witness.ts';
