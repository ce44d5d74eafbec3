/**
 * Signatures and seal of an assessment: every field with who signed what, and the sealed copy to fetch.
 * @module
 */
import {
  Alert,
  Button,
  Fields,
  FileLink,
  FileUpload,
  Form,
  OperationDialog,
  Section,
  Space,
  StatusTag,
  useMessages,
  usePermission,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { useWords } from './words.ts';

export function Signing({ detail }: { readonly detail: AssessmentDetail }) {
  const t = useMessages(compliance);
  const words = useWords();
  const maySign = usePermission('compliance.write');
  const [role, setRole] = useState('');
  const { signing, summary } = detail;
  if (!signing) return null;
  const { sealed } = signing;
  return (
    <Section title={t.signing}>
      {sealed && (
        <Alert type="success" showIcon title={t.sealedBy({ seal: sealed.seal, day: sealed.at.slice(0, 10) })} />
      )}
      <Fields
        rows={[
          ...signing.fields.map(({ role: field, title, signature, lapsed }) => {
            const paper = signature && signature.recordedBy !== signature.name;
            return [
              words(title),
              <Space key={field} wrap>
                {signature ? (
                  <>
                    <b>{signature.name}</b>
                    <span>{signature.on}</span>
                    {paper && <span className="hd-faint">{t.onPaper({ by: signature.recordedBy })}</span>}
                    {lapsed && <StatusTag tone="bad">{t.lapsed}</StatusTag>}
                  </>
                ) : (
                  <StatusTag tone="neutral">{t.notSigned}</StatusTag>
                )}
                {maySign && signing.open && (!signature || lapsed) && (
                  <Button size="small" type="primary" onClick={() => setRole(field)}>
                    {t.sign}
                  </Button>
                )}
              </Space>,
            ] as const;
          }),
          [
            t.digest,
            <code key="digest" className="hd-faint" style={{ overflowWrap: 'anywhere' }}>
              {signing.digest}
            </code>,
          ],
        ]}
      />
      {sealed && (
        <Section title={t.sealedCopy}>
          <Space direction="vertical">
            {sealed.files.map((file) => (
              <FileLink key={file.id} file={file} />
            ))}
          </Space>
        </Section>
      )}
      {role !== '' && (
        <OperationDialog
          capability={compliance as Compliance}
          operation="signAssessment"
          open
          preset={{ id: summary.id, role }}
          omit={['evidenceIds']}
          onCancel={() => setRole('')}
          onDone={() => setRole('')}
        >
          <Form.Item name="evidenceIds" label={t.signedPage}>
            <FileUpload many organisationId={summary.organisationId} />
          </Form.Item>
        </OperationDialog>
      )}
    </Section>
  );
}
