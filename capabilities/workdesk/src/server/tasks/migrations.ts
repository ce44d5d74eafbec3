/**
 * The tables of templates, tasks and the sheets of units.
 * @module
 */
export const taskMigrations = {
  templates: [
    {
      id: 22,
      name: 'templates',
      up: /* sql */ `CREATE TABLE workdesk_templates (id uuid PRIMARY KEY, title text NOT NULL, note text NOT NULL, form jsonb NOT NULL, updated_at timestamptz NOT NULL);`,
    },
  ],
  tasks: [
    {
      id: 23,
      name: 'tasks',
      up: /* sql */ `
        CREATE TABLE workdesk_tasks (
          id uuid PRIMARY KEY, title text NOT NULL, requirement text NOT NULL, template_id uuid NOT NULL, form jsonb NOT NULL, due_on text NOT NULL, provisional boolean NOT NULL, status text NOT NULL,
          sent_by text NOT NULL, sent_at timestamptz NOT NULL);`,
    },
  ],
  taskSheets: [
    {
      id: 24,
      name: 'task-sheets',
      up: /* sql */ `
        CREATE TABLE workdesk_task_sheets (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, unit_name text NOT NULL, task_id uuid NOT NULL REFERENCES workdesk_tasks ON DELETE CASCADE, status text NOT NULL,
          answers jsonb NOT NULL, percent real, returns int NOT NULL, history jsonb NOT NULL, first_submitted_at timestamptz, submitted_at timestamptz, accepted_at timestamptz, updated_at timestamptz NOT NULL,
          UNIQUE (task_id, organisation_id));
        CREATE INDEX workdesk_task_sheets_unit ON workdesk_task_sheets (organisation_id);`,
    },
  ],
} as const;
