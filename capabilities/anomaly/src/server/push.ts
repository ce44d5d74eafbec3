/**
 * Rows that come by themselves: pushed over HTTP, or as messages of MQTT. They are appended, and the champion is asked to judge them.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { z } from 'zod';
import type { Anomaly } from '../capability.ts';
import type { SourceRow } from '../shapes.ts';
import { type Here, setOf } from './here.ts';
import { askForScores } from './scoring.ts';
import { appendRows, cellsOf } from './sets.ts';
import type { Cell } from './table-file.ts';

const Message = z.union([
  z.record(z.string(), z.union([z.number(), z.string(), z.null()])).transform((each) => [each]),
  z.array(z.record(z.string(), z.union([z.number(), z.string(), z.null()]))).max(10_000),
]);

export const pushHandlers = handlers<Anomaly>()({
  pushRows: async ({ setId, rows }, context) => {
    const set = await setOf(context, setId);
    const appended = await appendRows(context, set, cellsOf(set.columns, rows));
    await askForScores(context, setId);
    return appended;
  },
});

/** Takes the messages that came together, in their order; each that does not fit is counted with its reason and leaves the others be. */
export async function takeMessages(
  context: Here,
  source: Pick<SourceRow, 'id' | 'setId'>,
  payloads: readonly Uint8Array[],
): Promise<void> {
  await context.transaction(async (inside) => {
    const set = await setOf(inside, source.setId);
    const rows: (readonly Cell[])[] = [];
    let [refused, reason] = [0, ''];
    for (const payload of payloads)
      try {
        const parsed = Message.safeParse(JSON.parse(new TextDecoder().decode(payload)));
        if (parsed.success) rows.push(...cellsOf(set.columns, parsed.data));
        else throw new TypeError('expected an object of numbers and words, or a list of them');
      } catch (error) {
        refused += 1;
        reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
      }
    if (rows.length > 0) {
      await appendRows(inside, set, rows);
      await askForScores(inside, set.id);
    }
    await inside.db
      .updateTable('anomalySources')
      .set((row) => ({
        received: row('received', '+', payloads.length - refused),
        refused: row('refused', '+', refused),
        ...(refused > 0 ? { lastRefusal: reason } : {}),
      }))
      .where('id', '=', source.id)
      .execute();
  });
}
