/**
 * What of ATT&CK the rules cover: a technique counts only when a recorded test of a running rule fired. A cell leads to its rules.
 * @module
 */
import {
  ErrorView,
  PageFrame,
  Skeleton,
  Space,
  Tag,
  Tooltip,
  useMessages,
  useNavigate,
  useOperation,
  useSay,
} from '@hedun/ui';
import { type Detection, detection } from '../../capability.ts';
import { tacticWords } from '../../declared/rule-words.ts';

const colours = { covered: 'green', untested: 'gold', off: 'default' } as const;

export function Page() {
  const t = useMessages(detection);
  const say = useSay();
  const go = useNavigate();
  const query = useOperation<Detection, 'attackCoverage'>(detection, 'attackCoverage', {});
  if (query.isPending)
    return (
      <PageFrame title={t.attack}>
        <Skeleton />
      </PageFrame>
    );
  if (query.isError)
    return (
      <PageFrame title={t.attack}>
        <ErrorView error={query.error} onRetry={() => void query.refetch()} />
      </PageFrame>
    );
  const { tactics, covered, named } = query.data;
  return (
    <PageFrame
      title={t.attack}
      actions={
        <Space wrap>
          <Tag color={colours.covered}>{t.attackCovered}</Tag>
          <Tag color={colours.untested}>{t.attackUntested}</Tag>
          <Tag color={colours.off}>{t.attackOff}</Tag>
        </Space>
      }
    >
      <div className="hd-stack">
        <strong>{t.attackSummary({ covered, named })}</strong>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(190px, 1fr))', gap: 16 }}>
          {tactics.map((tactic) => (
            <section
              key={tactic.id}
              aria-label={tactic.id}
              className="hd-stack"
              style={{ gap: 4, alignContent: 'start' }}
            >
              <strong>
                {say(tacticWords[tactic.id] ?? { 'zh-CN': tactic.id, en: tactic.id })}{' '}
                <span className="hd-faint">
                  {tactic.techniques.filter(({ state }) => state === 'covered').length}/{tactic.techniques.length}
                </span>
              </strong>
              {tactic.techniques.length === 0 && <span className="hd-faint">{t.attackNone}</span>}
              {tactic.techniques.map((technique) => (
                <Tooltip
                  key={technique.id}
                  title={`${technique.name} · ${t.attackRules({ rules: technique.rules, tested: technique.tested })}`}
                >
                  <Tag
                    color={colours[technique.state]}
                    style={{ width: '100%', marginInlineEnd: 0, cursor: 'pointer', whiteSpace: 'normal' }}
                    role="link"
                    tabIndex={0}
                    onClick={() => void go({ to: `/detection/rules?filter=technique:${technique.id}` as never })}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter')
                        void go({ to: `/detection/rules?filter=technique:${technique.id}` as never });
                    }}
                  >
                    {technique.id} {say({ 'zh-CN': technique.nameZh || technique.name, en: technique.name })}
                  </Tag>
                </Tooltip>
              ))}
            </section>
          ))}
        </div>
        <span className="hd-faint">{t.attackNotice}</span>
      </div>
    </PageFrame>
  );
}
