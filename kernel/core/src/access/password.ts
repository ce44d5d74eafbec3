/**
 * Passwords: argon2id (RFC 9106) in PHC string form, and what a password must be. Verification takes the same work for unknown users.
 * @module
 */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Failure } from '@hedun/sdk';

const derive = promisify(argon2);
/** OWASP password storage guidance (2024) for argon2id: 19 MiB, 2 passes, 1 lane. Memory in KiB. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const saltLength = 16;

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  if (salt.length !== saltLength) throw new RangeError(`salt: expected ${saltLength} bytes, got ${salt.length}`);
  const tag = await derive('argon2id', { message: normal(password), nonce: salt, ...parameters });
  return `$argon2id$v=19$m=${parameters.memory},t=${parameters.passes},p=${parameters.parallelism}$${encode(salt)}$${encode(tag)}`;
}

export async function passwordMatches(password: string, phc: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc);
  if (!found) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = found;
  const wanted = Buffer.from(tag, 'base64');
  const got = await derive('argon2id', {
    message: normal(password),
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  });
  return timingSafeEqual(wanted, got);
}

/** The same characters typed on different devices are the same password (RFC 8265, section 4.2: NFC). */
function normal(password: string): Buffer {
  return Buffer.from(password.normalize('NFC'), 'utf8');
}

/** Stems people reach for; a password that is one of them with digits and signs around it is refused. */
const commonStems = new Set(
  'password passwd admin administrator root user welcome letmein login guest test changeme default secret master dragon monkey iloveyou sunshine princess football baseball superman hello hedun qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc woaini woaini520 nihao mima guanliyuan zhongguo beijing shanghai wuhan abc abcd abcdef abcdefg aaa'.split(
    ' ',
  ),
);

export function checkPassword(password: string, userName: string, minimum: number): void {
  const length = [...password].length;
  const refuse = (expected: string, got: string) => {
    throw new Failure('access.weak_password', { where: 'password', expected, got, values: { minimum } });
  };
  if (length < minimum) refuse(`>= ${minimum} characters`, `${length}`);
  const lower = password.toLowerCase();
  if (userName.length >= 3 && lower.includes(userName.toLowerCase())) refuse('not containing the user name', '••••');
  if (new Set(lower).size < 5) refuse('at least 5 different characters', `${new Set(lower).size}`);
  const stem = lower.replace(/[^\p{L}]+/gu, '');
  // What is left when signs stand for the letters they look like, digits behind the word aside.
  const plain = lower
    .replace(/[^\p{L}@$!]+$/u, '')
    .replace(/[^\p{L}]+\d*$/u, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
    .replaceAll('3', 'e')
    .replaceAll('4', 'a')
    .replaceAll('5', 's')
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replaceAll('!', 'i')
    .replace(/[^a-z]+/g, '');
  if (commonStems.has(stem) || commonStems.has(plain)) refuse('not a common password', '••••');
  if (isRun(lower)) refuse('not a run of neighbouring keys or digits', '••••');
}

const runs = [
  '1234567890',
  '0987654321',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
];
function isRun(text: string): boolean {
  const letters = text.replace(/[^a-z0-9]/g, '');
  return letters.length > 0 && runs.some((run) => run.repeat(3).includes(letters));
}
