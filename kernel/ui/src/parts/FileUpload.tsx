/**
 * Uploads files as evidence of an organisation, by drag or choice; the value is the evidence id (or ids).
 * @module
 */
import { InboxOutlined } from '@ant-design/icons';
import { upload } from '@hedun/client';
import type { Evidence } from '@hedun/sdk';
import { Upload } from 'antd';
import { useRef } from 'react';
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
  // Kept over renders: a value that changes outside draws this again, and the files before stay chosen.
  const chosen = useRef(new Map<string, string>());
  const tell = () => {
    const ids = [...chosen.current.values()];
    onChange?.((many ? ids : ids.at(-1)) as never);
  };
  return (
    <Upload.Dragger
      multiple={many}
      {...(many ? {} : { maxCount: 1 })}
      {...(accept ? { accept } : {})}
      onRemove={({ uid }) => {
        if (chosen.current.delete(uid)) tell();
      }}
      customRequest={async ({ file, onSuccess, onError }) => {
        try {
          const evidence = await upload(clientOptions, file as File, {
            organisationId: organisationId ?? session.user.organisationId,
            name: (file as File).name,
          });
          if (!many) chosen.current.clear();
          chosen.current.set((file as File & { readonly uid: string }).uid, evidence.id);
          onSuccess?.(evidence);
          onUploaded?.(evidence);
          tell();
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
