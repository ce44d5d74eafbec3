import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { expect, test } from 'vitest';
import { kernelStage, runScenario } from '../exchange-scenario.ts';

test('[O1] the article’s scenario plays from registration by vote to the full trace, every step as it must be', async () => {
  const kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
  const lines: string[] = [];
  const moments: string[] = [];
  try {
    const { ledgers, paths, exchanges } = await runScenario(
      kernelStage(kernel),
      (line) => lines.push(line),
      async ({ at }) => void moments.push(at),
    );
    expect(ledgers.map(({ domain }) => domain).sort()).toEqual(['central', 'grid', 'market']);
    expect(paths.数据流转路径.map(({ outcome }) => outcome)).toEqual([
      'done',
      'permitted',
      'policy_not_satisfied',
      'policy_not_satisfied',
      'policy_not_satisfied',
      'policy_not_satisfied',
      // The header encrypted again in the new epoch.
      'done',
      // The file encrypted again under another key, and its publisher looking.
      'done',
      'permitted',
      'member_restricted',
      'certificate_revoked',
    ]);
    expect(exchanges.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused']);
    expect(moments).toEqual(['fetched', 'exchanged', 'alarmed', 'traced']);
    expect(lines.filter((line) => /^[一二三四五六七八九十]+、/.test(line))).toHaveLength(12);
  } finally {
    await kernel.close();
  }
});
