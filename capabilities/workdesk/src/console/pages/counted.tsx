/**
 * The records a figure of the board counts, so that every number can be looked behind.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  Link,
  NounStatus,
  OrganisationName,
  PageFrame,
  SeverityTag,
  TimeText,
  useMessages,
  useNavigate,
  useSay,
  useUrlState,
  valuesOf,
} from '@hedun/ui';
import { workdesk } from '../../capability.ts';
import { type CountedRow, figureWords } from '../../figure-shapes.ts';
import type { FigureName } from '../parts/CountedLink.tsx';
import { useKindTitle } from '../parts/HeatTable.tsx';

export function Page() {
  const t = useMessages(workdesk);
  const say = useSay();
  const navigate = useNavigate();
  const kindTitle = useKindTitle();
  const [{ filter }] = useUrlState('filter');
  const [figure] = valuesOf(filter, 'figure');
  const [period] = valuesOf(filter, 'period');
  const back = (
    <Button
      onClick={() =>
        void navigate({ to: '/workdesk/board' as never, search: (period ? { month: period } : {}) as never })
      }
    >
      {t.board}
    </Button>
  );
  if (!figure || !period || !(figure in figureWords))
    return (
      <PageFrame title={t.counted} actions={back}>
        <EmptyView kind="nothing-yet" title={t.chooseFigure} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.countedOf({ figure: say(figureWords[figure as FigureName]), period })} actions={back} fill>
      <DataTable<CountedRow>
        capability={workdesk}
        list="listCounted"
        defaultSort="-at"
        emptyText={t.noCounted}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ id, noun, title }) => (
              <Link to={(noun === 'notice' ? '/workdesk/notices' : '/findings') as never} search={{ id } as never}>
                {title}
              </Link>
            ),
          },
          {
            id: 'organisationId',
            title: '',
            width: 180,
            sort: null,
            narrow: 'line',
            render: ({ organisationId }) => <OrganisationName id={organisationId} />,
          },
          {
            id: 'severity',
            title: '',
            width: 100,
            sort: null,
            filterValue: ({ severity }) => severity,
            render: ({ severity }) => <SeverityTag severity={severity} />,
          },
          {
            id: 'kind',
            title: '',
            width: 120,
            sort: null,
            narrow: 'none',
            render: ({ kind, noun }) => (noun === 'notice' ? t.noticePaper : kindTitle(kind)),
          },
          {
            id: 'status',
            title: '',
            width: 110,
            sort: null,
            narrow: 'line',
            render: ({ noun, status }) => <NounStatus noun={noun === 'notice' ? 'case' : 'finding'} status={status} />,
          },
          { id: 'at', title: '', width: 130, render: ({ at }) => <TimeText at={at} exact /> },
        ]}
      />
    </PageFrame>
  );
}
