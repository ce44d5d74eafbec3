/**
 * Uploads files as evidence of an organisation, by drag or choice; the value is the evidence id (or ids).
 * @module
 */
import { InboxOutlined } from '@ant-design/icons';
import { upload } from '@hedun/client';
import type { Evidence } from '@hedun/sdk';
import { Upload } from 'antd';
import { clientOptions } from '../platform/api.ts';
import { useSession } from '../platform/session.tsx';
import { useText } from '../texts/index.ts';
import { useFeedback } from './feedback.tsx';

export function FileUpload({
  onChange,
  onUploaded,
  organisationId,
  many = false,
  accept,
  hint,
}: {
  readonly onChange?: (value: never) => void;
  readonly onUploaded?: (evidence: Evidence) => void;
  readonly organisationId?: string | undefined;
  readonly many?: boolean;
  readonly accept?: string;
  readonly hint?: string;
}) {
  const t = useText();
  const session = useSession();
  const feedback = useFeedback();
  const ids: string[] = [];
  return (
    <Upload.Dragger
      multiple={many}
      {...(many ? {} : { maxCount: 1 })}
      {...(accept ? { accept } : {})}
      customRequest={async ({ file, onSuccess, onError }) => {
        try {
          const evidence = await upload(clientOptions, file as File, {
            organisationId: organisationId ?? session.user.organisationId,
            name: (file as File).name,
          });
          ids.push(evidence.id);
          onSuccess?.(evidence);
          onUploaded?.(evidence);
          onChange?.((many ? [...ids] : evidence.id) as never);
        } catch (error) {
          feedback.failure(error);
          onError?.(error as Error);
        }
      }}
    >
      <div className="hd-upload">
        <InboxOutlined />
        <div>{t.uploadHere}</div>
        {hint && <div className="hd-faint">{hint}</div>}
      </div>
    </Upload.Dragger>
  );
}
