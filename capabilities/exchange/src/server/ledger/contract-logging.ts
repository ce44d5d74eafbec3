/**
 * fabric-contract-api installs, on being loaded, a logger that catches uncaught errors of the whole process and lets it run on. In a server that must end on
 * a bug this may not stand: the handlers are taken away again.
 * @module
 */
// Loads fabric-contract-api, whose handlers are looked for below.
import '@hedun/exchange/contracts';

/** Names of winston's bound handlers (winston 3, exception-handler.js and rejection-handler.js). */
const handlers = [
  ['uncaughtException', 'bound _uncaughtException'],
  ['unhandledRejection', 'bound _unhandledRejection'],
] as const;

for (const [event, name] of handlers)
  for (const listener of process.listeners(event as 'uncaughtException'))
    if (listener.name === name) process.removeListener(event, listener);
