/**
 * The server half of the workdesk.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { workdesk } from '../capability.ts';
import { announcementHandlers } from './announcements/index.ts';
import { articleHandlers } from './articles.ts';
import { assessmentHandlers } from './assessment.ts';
import { certificateHandlers } from './certificates.ts';
import { documentHandlers } from './documents.ts';
import { dutyHandlers } from './duty-round.ts';
import { exploitedHandlers } from './exploited.ts';
import { figureHandlers } from './figures/handlers.ts';
import { filingHandlers } from './filings/handlers.ts';
import { importHandlers } from './imports.ts';
import { inboxHandlers } from './inbox.ts';
import { loopHandlers } from './loop.ts';
import { migrations } from './migrations.ts';
import { noticeHandlers } from './notices.ts';
import { pullHandlers } from './pull.ts';
import { registerHandlers } from './registers/handlers.ts';
import { refreshSystems } from './registers/refresh.ts';
import { reminderHandlers } from './reminders.ts';
import { campaignHandlers } from './reviews/campaign-handlers.ts';
import { reviewSheetHandlers } from './reviews/sheet-handlers.ts';
import { safePeriodHandlers } from './safe-reports/periods.ts';
import { safeReportHandlers } from './safe-reports/reports.ts';
import { safeWatchHandlers } from './safe-reports/watch.ts';
import { sourceHandlers } from './sources.ts';
import { tallyHandlers, tallyListeners } from './tallies.ts';
import { taskHandlers } from './tasks/index.ts';
import { sheetHandlers } from './tasks/sheets.ts';
import { testHandlers } from './tests/handlers.ts';
import { trainingHandlers } from './training.ts';

export const workdeskServer = implementServer(workdesk, {
  operations: {
    ...importHandlers,
    ...inboxHandlers,
    ...exploitedHandlers,
    ...sourceHandlers,
    ...pullHandlers,
    ...noticeHandlers,
    ...loopHandlers,
    ...documentHandlers,
    ...figureHandlers,
    ...reminderHandlers,
    ...tallyHandlers,
    ...registerHandlers,
    ...filingHandlers,
    ...campaignHandlers,
    ...reviewSheetHandlers,
    ...testHandlers,
    ...articleHandlers,
    ...trainingHandlers,
    ...certificateHandlers,
    ...assessmentHandlers,
    ...announcementHandlers,
    ...safePeriodHandlers,
    ...safeReportHandlers,
    ...safeWatchHandlers,
    ...taskHandlers,
    ...sheetHandlers,
    ...dutyHandlers,
  },
  migrations,
  listeners: {
    ...tallyListeners,
    'kernel.asset.changed': async (payload, context) => {
      await tallyListeners['kernel.asset.changed'](payload, context);
      await refreshSystems(context, payload.ids);
    },
    'workdesk.import.received': async ({ id }, context) => {
      await context.jobs.start('runImport', { id }, { key: `import/${id}` });
    },
  },
});
