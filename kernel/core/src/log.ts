/**
 * Structured logs: one JSON line per event on standard error, secrets masked by name.
 * @module
 */
import pino, { type Logger } from 'pino';
import type { Config, Log } from './contract.ts';

export function createLog(level: Config['logLevel']): Log {
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        redact: {
          paths: ['password', 'token', 'secret', 'authorization', 'cookie', '*.password', '*.token', '*.secret'],
          censor: '••••',
        },
      },
      pino.destination({ dest: 2, sync: false }),
    ),
  );
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}
