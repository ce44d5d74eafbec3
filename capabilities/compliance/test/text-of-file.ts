/**
 * Reads the words back out of a written document, so that a test can look at what a person would read.
 * @module
 */
/** The text of a DOCX or PDF, without spaces. */
export async function textOfFile(bytes: Buffer): Promise<string> {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    const { unzipSync } = await import('fflate');
    const part = unzipSync(bytes)['word/document.xml'] ?? new Uint8Array();
    return new TextDecoder()
      .decode(part)
      .replace(/<[^>]+>/g, '')
      .replace(/\s/g, '');
  }
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const pdf = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
  let text = '';
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join('');
  }
  await pdf.destroy();
  return text.replace(/\s/g, '');
}
