/**
 * @hedun/ui: the parts of the console. Pages and capabilities import from here and never from the library underneath.
 * @module
 */
export { baseUrl } from './app/base-url.ts';
export { Logo } from './app/Logo.tsx';
export { mountConsole } from './app/mount.tsx';
export { type Density, type Preferences, setPreferences, type ThemeChoice, usePreferences } from './app/preferences.ts';
export * from './basics.tsx';
export { DayInput } from './form/DayInput.tsx';
export { describeInput, describeJsonSchema, type FieldDescription } from './form/describe.ts';
export { FieldControl, FieldItem } from './form/FieldItem.tsx';
export { OperationDialog, OperationForm, type OperationFormProps } from './form/OperationForm.tsx';
export { type RunRequest, useRun } from './form/use-run.tsx';
export { JobLine, JobProgress, JobResult } from './live/JobTray.tsx';
export { isFinished } from './live/latest.ts';
export { useLiveJob, useLiveJobs } from './live/stream.ts';
export { axisLook, Chart, type ChartOption } from './parts/Chart.tsx';
export { copyText } from './parts/clipboard.ts';
export { ErrorView, IssueList } from './parts/ErrorView.tsx';
export { FileLink, fileHref } from './parts/FileLink.tsx';
export { FileUpload } from './parts/FileUpload.tsx';
export { FlowDiagram } from './parts/FlowDiagram.tsx';
export { type Feedback, useFeedback } from './parts/feedback.tsx';
export { type FlowDiagramProps, type FlowEdge, type FlowNode, windingPlace } from './parts/flow-layout.ts';
export { Labelled } from './parts/Labelled.tsx';
export { OrganisationName, OrganisationSelect, OrganisationTree, useOrganisations } from './parts/organisations.tsx';
export { Fields, PageFrame, RecordHead, Section } from './parts/PageFrame.tsx';
export { AssetSelect, FindingSelect, UserSelect } from './parts/pickers.tsx';
export { NounStatus, SeverityShape, SeverityTag, StatusTag, severities, type Tone } from './parts/SeverityTag.tsx';
export { SidePanel } from './parts/SidePanel.tsx';
export { EmptyView, NoPermission, Skeleton } from './parts/states.tsx';
export { Timeline, type TimelineItem } from './parts/Timeline.tsx';
export { DeadlineText, TimeText, useNow } from './parts/TimeText.tsx';
export { TrendChart, type TrendSeries } from './parts/TrendChart.tsx';
export { useNarrow } from './parts/use-narrow.ts';
export {
  ClientFailure,
  downloadFile,
  type InputOf,
  type OperationName,
  type OutputOf,
  refresh,
  uploadFile,
  useClient,
  useOperation,
  useWrite,
} from './platform/api.ts';
export {
  type DeclaredOperation,
  type DeclaredPage,
  useConsoles,
  useOperations,
  useOperationsOn,
  usePages,
} from './platform/registry.tsx';
export { type Session, usePermission, useSession } from './platform/session.tsx';
export type { Column } from './table/column.ts';
export { DataTable, type DataTableProps, EmbeddedTable } from './table/DataTable.tsx';
export { addToken, formatFilter, parseFilter, toggleValue, token, valuesOf } from './table/filter-tokens.ts';
export { useUrlListState } from './table/list-state.ts';
export { OperationList, type OperationListProps } from './table/OperationList.tsx';
export { useKeys } from './table/use-keys.ts';
export {
  formatBytes,
  formatCompact,
  formatNumber,
  formatRelative,
  formatTime,
  middleTruncate,
} from './texts/format.ts';
export { useMessages, useSay, useText } from './texts/index.ts';
export { marks } from './texts/marks.ts';
export { useThemeMode } from './theme/ThemeProvider.tsx';
export { type Palette, palettes } from './theme/tokens.ts';
