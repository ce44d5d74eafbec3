/**
 * The documents an instrument declares, written on demand.
 * @module
 */
import { Button, FileLink, Section, Space, useFeedback, useMessages, useWrite } from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { Signing } from './Signing.tsx';
import { useWords } from './words.ts';

type File = Parameters<typeof FileLink>[0]['file'];

export function Documents({ detail }: { readonly detail: AssessmentDetail }) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const [files, setFiles] = useState<readonly File[]>([]);
  const write = useWrite<Compliance, 'writeDocument'>(compliance, 'writeDocument', {
    onDone: (file) => setFiles((before) => [...before, file as File]),
  });
  const results = useWrite<Compliance, 'exportResults'>(compliance, 'exportResults', {
    onDone: (file) => setFiles((before) => [...before, file as File]),
  });
  return (
    <>
      <Signing detail={detail} />
      {detail.documents.map((each) => (
        <Section key={each.id} title={`${words(each.title)} · ${t.draft}`}>
          <Space>
            {(['docx', 'pdf'] as const).map((format) => (
              <Button
                key={format}
                loading={write.isPending}
                onClick={() =>
                  write.mutate(
                    { id: detail.summary.id, document: each.id, format },
                    { onError: (error) => feedback.failure(error) },
                  )
                }
              >
                {`${t.write} ${format.toUpperCase()}`}
              </Button>
            ))}
          </Space>
        </Section>
      ))}
      <Section title={words({ zh: '评估结果（机器可读）', en: 'Results for machines' })}>
        <Button
          loading={results.isPending}
          onClick={() => results.mutate({ id: detail.summary.id }, { onError: (error) => feedback.failure(error) })}
        >
          {t.exportOscal}
        </Button>
      </Section>
      {files.map((file) => (
        <FileLink key={file.id} file={file} />
      ))}
    </>
  );
}
