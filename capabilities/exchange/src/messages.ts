/**
 * The words of this room's pages, in both languages.
 * @module
 */
export const zh = {
  noObjects: '还没有共享的数据。发布文件后，数据以密文存放，只有属性满足策略的人才能解密。',
};
export const en: Readonly<Record<keyof typeof zh, string>> = {
  noObjects:
    'Nothing is shared yet. A published file is stored as ciphertext that opens only for attributes that meet its policy.',
};
