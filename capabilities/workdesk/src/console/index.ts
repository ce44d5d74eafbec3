/**
 * The console half of the workdesk.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { workdesk } from '../capability.ts';

export const workdeskConsole = implementConsole(workdesk, {
  board: () => import('./pages/board.tsx'),
  counted: () => import('./pages/counted.tsx'),
  screen: () => import('./pages/screen.tsx'),
  notices: () => import('./pages/notices.tsx'),
  imports: () => import('./pages/imports.tsx'),
  sources: () => import('./pages/sources.tsx'),
  inbox: () => import('./pages/inbox.tsx'),
  systems: () => import('./pages/systems.tsx'),
  filings: () => import('./pages/filings.tsx'),
  reviews: () => import('./pages/reviews.tsx'),
  tests: () => import('./pages/tests.tsx'),
  announcements: () => import('./pages/announcements.tsx'),
  safeReports: () => import('./pages/safe-reports.tsx'),
  tasks: () => import('./pages/tasks.tsx'),
  assessment: () => import('./pages/assessment.tsx'),
  training: () => import('./pages/training.tsx'),
  knowledge: () => import('./pages/knowledge.tsx'),
});
