/**
 * The one-time link of an invitation.
 * @module
 */
import { Alert, Button, Input, Modal } from 'antd';
import { copyText } from '../parts/clipboard.ts';
import { useFeedback } from '../parts/feedback.tsx';
import { formatTime } from '../texts/format.ts';
import { useText } from '../texts/index.ts';

export interface InvitationView {
  readonly path: string;
  readonly expiresAt: string;
}

/** Shows the one-time link once; nobody can read it again. */
export function InvitationDialog({
  invitation,
  onClose,
}: {
  readonly invitation: InvitationView | null;
  readonly onClose: () => void;
}) {
  const t = useText();
  const feedback = useFeedback();
  const link = invitation ? new URL(invitation.path, location.origin).href : '';
  return (
    <Modal
      open={invitation !== null}
      title={t.invitationMade}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t.done_}
        </Button>
      }
      mask={{ closable: false }}
    >
      {invitation && (
        <div className="hd-stack">
          <Alert type="info" showIcon title={t.invitationOnce(formatTime(invitation.expiresAt, false))} />
          <Input.Search
            readOnly
            value={link}
            enterButton={t.copy}
            onSearch={() => void copyText(link).then(() => feedback.success(t.linkCopied))}
            data-testid="invitation-link"
          />
        </div>
      )}
    </Modal>
  );
}
