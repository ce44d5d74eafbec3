import { expect, test } from 'vitest';
import { importPeer, peerLacks, peerNames } from '../peers.ts';

test('a comparison program that is no peer, or not installed, is named and answers null', async () => {
  expect(peerLacks('no-such-program')).toBe('no-such-program is not among tools/peers');
  expect(await importPeer('no-such-program')).toBe(null);
  for (const name of peerNames()) {
    const lacking = peerLacks(name);
    if (lacking) expect(lacking).toBe(`${name} is not installed, npm run peers`);
  }
});
