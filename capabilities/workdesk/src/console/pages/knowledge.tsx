/**
 * The knowledge base: what the office publishes for all units, to search and read.
 * @module
 */
import {
  Button,
  DataTable,
  ErrorView,
  fileHref,
  OperationDialog,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  Tag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type ArticleRow, articleCategoryWords } from '../../training-shapes.ts';
import { PlainBody } from '../parts/PlainBody.tsx';

type Summary = Omit<ArticleRow, 'body' | 'attachments'>;

export function Page() {
  const t = useMessages(workdesk);
  const say = useSay();
  const may = usePermission('workdesk.write');
  const [writing, setWriting] = useState(false);
  return (
    <PageFrame title={t.knowledge} fill>
      <DataTable<Summary>
        capability={workdesk}
        list="listArticles"
        defaultSort="-updatedAt"
        emptyText={t.noArticles}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ title, published }) => (
              <>
                <strong className="hd-cell-main">{title}</strong>{' '}
                {!published && <StatusTag tone="neutral">{t.draft}</StatusTag>}
              </>
            ),
          },
          {
            id: 'category',
            title: '',
            width: 120,
            narrow: 'line',
            filterValue: ({ category }) => category,
            render: ({ category }) => say(articleCategoryWords[category]),
          },
          {
            id: 'tags',
            title: t.tags,
            width: 220,
            sort: null,
            render: ({ tags }) => tags.map((each) => <Tag key={each}>{each}</Tag>),
          },
          { id: 'authorName', title: '', width: 120, sort: null },
          {
            id: 'updatedAt',
            title: '',
            width: 120,
            narrow: 'line',
            render: ({ updatedAt }) => <TimeText at={updatedAt} />,
          },
        ]}
        detail={(id) => <Article id={id} />}
        {...(may ? { create: { title: t.writeArticle, run: () => setWriting(true) } } : {})}
      />
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="saveArticle"
        open={writing}
        omit={['id']}
        initial={{ published: true }}
        onCancel={() => setWriting(false)}
        onDone={() => setWriting(false)}
      />
    </PageFrame>
  );
}

function Article({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const may = usePermission('workdesk.write');
  const [editing, setEditing] = useState(false);
  const query = useOperation<Workdesk, 'getArticle'>(workdesk, 'getArticle', { id });
  const remove = useWrite<Workdesk, 'deleteArticle'>(workdesk, 'deleteArticle');
  const take = useWrite<Workdesk, 'takeAttachment'>(workdesk, 'takeAttachment', {
    onDone: (file) => location.assign(fileHref(file.id)),
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const article = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        over={say(articleCategoryWords[article.category])}
        title={article.title}
        tags={
          <span className="hd-faint">
            {article.authorName} · <TimeText at={article.updatedAt} />
          </span>
        }
        actions={
          may && (
            <>
              <Button onClick={() => setEditing(true)}>{t.edit}</Button>
              <Button
                danger
                onClick={() =>
                  feedback.confirm({
                    title: t.deleteArticle({ title: article.title }),
                    text: t.deleteArticleText,
                    verb: t.remove,
                    onYes: () => remove.mutateAsync({ id }).catch((error) => feedback.failure(error)),
                  })
                }
              >
                {t.remove}
              </Button>
            </>
          )
        }
      />
      <PlainBody text={article.body} />
      {article.attachments.length > 0 && (
        <Section title={t.articleFiles}>
          {article.attachments.map((file, position) => (
            <Button
              key={file.name}
              type="link"
              style={{ alignSelf: 'flex-start', padding: 0 }}
              loading={take.isPending}
              onClick={() => take.mutate({ id, position }, { onError: (error) => feedback.failure(error) })}
            >
              {file.name}
            </Button>
          ))}
        </Section>
      )}
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="saveArticle"
        open={editing}
        preset={{ id }}
        initial={{
          title: article.title,
          category: article.category,
          body: article.body,
          tags: article.tags,
          published: article.published,
        }}
        onCancel={() => setEditing(false)}
        onDone={() => setEditing(false)}
      />
    </div>
  );
}
