/**
 * Publishes a file: chosen, given a policy, encrypted in this browser, uploaded as ciphertext.
 * @module
 */
import {
  Alert,
  Button,
  Form,
  Input,
  Modal,
  OrganisationSelect,
  Progress,
  refresh,
  Select,
  Upload,
  uploadFile,
  useClient,
  useFeedback,
  useMessages,
  useOperation,
  useQueryClient,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import type { suiteNames } from '../../shapes.ts';
import { sealFile } from './holder.ts';
import { PolicyField } from './PolicyField.tsx';

type Suite = (typeof suiteNames)[number];

export function PublishDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(exchange);
  const client = useClient<Exchange>(exchange);
  const queries = useQueryClient();
  const feedback = useFeedback();
  const session = useSession();
  const authorities = useOperation<Exchange, 'listAuthorities'>(exchange, 'listAuthorities', {});
  const directory = useOperation<Exchange, 'listAttributes'>(exchange, 'listAttributes', {});
  const [organisationId, setOrganisationId] = useState(session.user.organisationId);
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [policy, setPolicy] = useState<string | null>(null);
  const [suite, setSuite] = useState<Suite>('aes-256-gcm');
  const [state, setState] = useState<{ readonly step: 'sealing' | 'uploading'; readonly done: number } | null>(null);
  const authority = authorities.data?.items.find(({ id }) => id === chosen) ?? authorities.data?.items[0];
  const attributes = (directory.data?.items ?? []).filter(({ authorityId }) => authorityId === authority?.id);
  const ready = file && title.trim() !== '' && authority && policy && !state;

  const publish = async () => {
    if (!file || !authority || !policy) return;
    try {
      setState({ step: 'sealing', done: 0 });
      const epochs = Object.fromEntries(attributes.map(({ name, epoch }) => [name, epoch]));
      const { header, sealed } = await sealFile(
        file,
        { parameters: authority.parameters, policy, epochs, suite },
        (done) => setState({ step: 'sealing', done }),
      );
      setState({ step: 'uploading', done: 1 });
      const evidence = await uploadFile(sealed, { organisationId, name: `${file.name}.sealed` });
      await client.publishObject({
        organisationId,
        title: title.trim(),
        fileName: file.name,
        mediaType: file.type || 'application/octet-stream',
        header,
        evidenceId: evidence.id,
      });
      await refresh(queries, exchange.id);
      feedback.success(t.published);
      onClose();
    } catch (error) {
      feedback.failure(error);
      setState(null);
    }
  };
  return (
    <Modal
      open
      width={760}
      title={t.publish}
      okText={t.publish}
      okButtonProps={{ disabled: !ready, loading: state !== null }}
      onOk={() => void publish()}
      onCancel={onClose}
    >
      {authorities.data && authorities.data.items.length === 0 && <Alert type="warning" title={t.noAuthority} />}
      <Form layout="vertical" disabled={state !== null}>
        <Form.Item label={t.file} required help={t.publishHint}>
          <Upload
            maxCount={1}
            beforeUpload={(picked) => {
              setFile(picked as unknown as File);
              if (title === '') setTitle(picked.name);
              // Nothing leaves before it is encrypted.
              return false;
            }}
            onRemove={() => setFile(null)}
          >
            <Button>{t.chooseFile}</Button>
          </Upload>
        </Form.Item>
        <Form.Item label={t.fileTitle} required>
          <Input
            aria-label={t.fileTitle}
            value={title}
            maxLength={200}
            onChange={({ target }) => setTitle(target.value)}
          />
        </Form.Item>
        <Form.Item label={t.organisation} required>
          <OrganisationSelect
            value={organisationId}
            onChange={(value) => setOrganisationId(value ?? session.user.organisationId)}
          />
        </Form.Item>
        {(authorities.data?.items.length ?? 0) > 1 && (
          <Form.Item label={t.authority} required>
            <Select
              value={authority?.id ?? null}
              onChange={(value) => setChosen(value)}
              options={(authorities.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        )}
        <Form.Item label={t.policy} required>
          <PolicyField attributes={attributes} onChange={setPolicy} />
        </Form.Item>
        <Form.Item label={t.suite}>
          <Select<Suite>
            value={suite}
            onChange={setSuite}
            options={[
              { value: 'aes-256-gcm', label: t.suiteAes },
              { value: 'sm4-ctr-hmac-sm3', label: t.suiteNational },
            ]}
          />
        </Form.Item>
      </Form>
      {state && (
        <div role="status">
          {state.step === 'sealing' ? t.sealing : t.uploading}
          <Progress percent={Math.round(state.done * 100)} status="active" />
        </div>
      )}
    </Modal>
  );
}
