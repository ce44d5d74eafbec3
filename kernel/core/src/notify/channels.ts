/**
 * How a notice becomes a message of each channel. Message forms and signatures follow the platforms' public robot documentation.
 * @module
 */
import { createHmac } from 'node:crypto';
import { type Context, Failure } from '@hedun/sdk';
import type { Config } from '../contract.ts';

export interface Message {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly recipient: string;
}
export interface ChannelSettings {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Signing secret, opened. */
  readonly secret: string | null;
}
interface World {
  readonly fetch: Context['fetch'];
  readonly now: () => Date;
  readonly smtp: Config['smtp'];
}

export async function deliver(channel: ChannelSettings, message: Message, world: World): Promise<void> {
  switch (channel.kind) {
    case 'email':
      return await email(channel, message, world);
    case 'webhook':
      return await webhook(channel, message, world);
    case 'wecom':
      return await robot(
        channel,
        world,
        String(channel.config.url),
        { msgtype: 'markdown', markdown: { content: markdown(message) } },
        (answer) => answer.errcode === 0,
      );
    case 'dingtalk':
      return await robot(
        channel,
        world,
        dingtalkUrl(channel, world.now()),
        { msgtype: 'markdown', markdown: { title: message.title, text: markdown(message) } },
        (answer) => answer.errcode === 0,
      );
    case 'feishu':
      return await robot(
        channel,
        world,
        String(channel.config.url),
        {
          ...feishuSignature(channel, world.now()),
          msg_type: 'text',
          content: { text: `${message.title}\n${message.body}${message.link ? `\n${message.link}` : ''}` },
        },
        (answer) => answer.code === 0 || answer.StatusCode === 0,
      );
    default:
      throw new Failure('input.invalid', {
        where: 'kind',
        expected: 'email, webhook, wecom, dingtalk or feishu',
        got: channel.kind,
      });
  }
}

async function email(channel: ChannelSettings, message: Message, { smtp }: World): Promise<void> {
  const own = channel.config.host
    ? {
        host: String(channel.config.host),
        port: Number(channel.config.port ?? 465),
        secure: channel.config.secure !== false,
        user: (channel.config.user as string | undefined) ?? null,
        password: channel.secret,
        from: String(channel.config.from ?? ''),
      }
    : smtp;
  if (!own) throw new Failure('config.invalid', { where: 'smtp', expected: 'a mail server', got: 'none' });
  const { default: nodemailer } = await import('nodemailer');
  const transport = nodemailer.createTransport({
    host: own.host,
    port: own.port,
    secure: own.secure,
    connectionTimeout: 10_000,
    socketTimeout: 15_000,
    ...(own.user ? { auth: { user: own.user, pass: own.password ?? '' } } : {}),
    tls: { rejectUnauthorized: channel.config.allowSelfSigned !== true },
  });
  try {
    await transport.sendMail({
      from: own.from,
      to: message.recipient,
      subject: message.title.replace(/[\r\n]+/g, ' '),
      text: `${message.body}${message.link ? `\n\n${message.link}` : ''}`,
      headers: { 'X-Hedun-Delivery': message.id },
    });
  } catch (cause) {
    throw new Failure('network.failed', { where: own.host, got: (cause as Error).message, cause });
  } finally {
    transport.close();
  }
}

/**
 * `X-Hedun-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 over "<t>.<delivery id>.<body>">`. Receivers refuse a `t` older than five
 * minutes and an id they have seen.
 */
export function webhookSignature(secret: string, seconds: number, id: string, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${id}.${body}`).digest('hex')}`;
}
async function webhook(channel: ChannelSettings, message: Message, { fetch, now }: World): Promise<void> {
  const seconds = Math.floor(now().getTime() / 1000);
  const body = JSON.stringify({
    id: message.id,
    title: message.title,
    body: message.body,
    link: message.link,
    at: now().toISOString(),
  });
  const { status } = await fetch(String(channel.config.url), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-hedun-delivery': message.id,
      ...(channel.secret ? { 'x-hedun-signature': webhookSignature(channel.secret, seconds, message.id, body) } : {}),
    },
  });
  if (status < 200 || status >= 300)
    throw new Failure('network.failed', {
      where: new URL(String(channel.config.url)).host,
      expected: '2xx',
      got: String(status),
    });
}

/** DingTalk: timestamp in milliseconds, HMAC-SHA-256 over "timestamp\nsecret" keyed by the secret, base64. */
function dingtalkUrl(channel: ChannelSettings, now: Date): string {
  const url = new URL(String(channel.config.url));
  if (channel.secret) {
    const timestamp = String(now.getTime());
    url.searchParams.set('timestamp', timestamp);
    url.searchParams.set(
      'sign',
      createHmac('sha256', channel.secret).update(`${timestamp}\n${channel.secret}`).digest('base64'),
    );
  }
  return url.href;
}
/** Feishu: timestamp in seconds, HMAC-SHA-256 of nothing keyed by "timestamp\nsecret", base64. */
function feishuSignature(channel: ChannelSettings, now: Date): Record<string, string> {
  if (!channel.secret) return {};
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${channel.secret}`).digest('base64') };
}
async function robot(
  _channel: ChannelSettings,
  { fetch }: World,
  url: string,
  body: object,
  accepted: (answer: Record<string, unknown>) => boolean,
): Promise<void> {
  const { status, body: bytes } = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const text = Buffer.from(bytes).toString('utf8');
  let answer: Record<string, unknown> = {};
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not JSON is not an acceptance; reported below.
  }
  if (status !== 200 || !accepted(answer))
    throw new Failure('network.failed', {
      where: new URL(url).host,
      expected: 'acceptance',
      got: `${status} ${text.slice(0, 200)}`,
    });
}
function markdown({ title, body, link }: Message): string {
  const plain = (text: string) => text.replace(/[[\]<>*_`#]/g, '\\$&');
  return `**${plain(title)}**\n${plain(body)}${link ? `\n[查看 / Open](${link})` : ''}`;
}
