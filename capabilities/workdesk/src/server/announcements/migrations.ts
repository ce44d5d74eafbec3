/**
 * The tables of announcements and their receipts.
 * @module
 */
export const announcementMigrations = {
  announcements: [
    {
      id: 17,
      name: 'announcements',
      up: /* sql */ `
        CREATE TABLE workdesk_announcements (
          id uuid PRIMARY KEY, title text NOT NULL, body text NOT NULL, organisation_ids uuid[] NOT NULL, audience text NOT NULL, confirm boolean NOT NULL, confirm_by text, status text NOT NULL,
          attachments jsonb NOT NULL, author_name text NOT NULL, published_at timestamptz, withdrawn_reason text, updated_at timestamptz NOT NULL);`,
    },
  ],
  announcementFiles: [
    {
      id: 18,
      name: 'announcement-files',
      up: /* sql */ `
        CREATE TABLE workdesk_announcement_files (
          announcement_id uuid NOT NULL REFERENCES workdesk_announcements ON DELETE CASCADE, position int NOT NULL, name text NOT NULL, media_type text NOT NULL, bytes bytea NOT NULL,
          PRIMARY KEY (announcement_id, position));`,
    },
  ],
  receipts: [
    {
      id: 19,
      name: 'receipts',
      up: /* sql */ `
        CREATE TABLE workdesk_receipts (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, announcement_id uuid NOT NULL REFERENCES workdesk_announcements ON DELETE CASCADE, user_id uuid NOT NULL,
          user_name text NOT NULL, unit_name text NOT NULL, sent_at timestamptz NOT NULL, opened_at timestamptz, confirmed_at timestamptz, reminders int NOT NULL, UNIQUE (announcement_id, user_id));
        CREATE INDEX workdesk_receipts_user ON workdesk_receipts (user_id);
        CREATE INDEX workdesk_receipts_unit ON workdesk_receipts (organisation_id);`,
    },
  ],
} as const;
