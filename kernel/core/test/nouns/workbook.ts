/**
 * The smallest workbook that holds a given sheet.
 * @module
 */
import { strToU8, zipSync } from 'fflate';

export function writeXlsx(sheet: string): Uint8Array {
  return zipSync({
    'xl/worksheets/sheet1.xml': strToU8(sheet),
    'xl/workbook.xml': strToU8('<workbook xmlns:r="r"><sheets><sheet r:id="r1"/></sheets></workbook>'),
    'xl/_rels/workbook.xml.rels': strToU8(
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
  });
}
