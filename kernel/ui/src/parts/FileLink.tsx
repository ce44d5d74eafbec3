/**
 * A file the platform keeps, as a link that downloads it with the reader's own rights.
 * @module
 */
import { FileOutlined } from '@ant-design/icons';
import type { FileReference } from '@hedun/sdk';
import { baseUrl } from '../app/base-url.ts';
import { usePreferences } from '../app/preferences.ts';
import { formatBytes, middleTruncate } from '../texts/format.ts';

export function fileHref(evidenceId: string): string {
  return `${baseUrl}/api/kernel/files/${evidenceId}`;
}

type KnownFile = Pick<FileReference, 'id' | 'name' | 'sha256'> & Partial<Pick<FileReference, 'size'>>;

export function FileLink({ file }: { readonly file: KnownFile }) {
  const { locale } = usePreferences();
  return (
    <a className="hd-file" href={fileHref(file.id)} download={file.name}>
      <FileOutlined />
      <span className="hd-file-name">{file.name}</span>
      {file.size !== undefined && <span className="hd-faint">{formatBytes(file.size, locale)}</span>}
      <code className="hd-faint" title={`SHA-256 ${file.sha256}`}>
        {middleTruncate(file.sha256, 6)}
      </code>
    </a>
  );
}
