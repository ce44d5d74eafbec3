/**
 * Contract `domains`, for the central chain: which business domains there are and who keeps their logs, their checkpoints, the policies they are
 * given, and an audit entry of every exchange between them. Signatures are checked by whoever reads; here stands who said what.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { requireCaller } from './caller.ts';
import { checkTree, type PolicyTree } from './policy-tree.ts';
import { digest, emit, keyOf, list, parse, read, refuse, secondsOf, sortable, text, whole, write } from './records.ts';
import { recordStep } from './trail.ts';

export interface Domain {
  readonly id: string;
  readonly title: string;
  /** Member of the central chain that speaks for the domain. */
  readonly speaker: string;
  /** Keys in C2SP signed-note form: of the log, and of the witnesses that cosign it. */
  readonly logKey: string;
  readonly witnessKeys: readonly string[];
  readonly quorum: number;
}
export interface Anchor {
  readonly domain: string;
  readonly size: number;
  readonly root: string;
  readonly checkpoint: string;
  readonly at: number;
}
export interface DistributedPolicy {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly tree: PolicyTree;
  /** Domains it binds; empty binds all. */
  readonly domains: readonly string[];
  readonly at: number;
}
export interface ExchangeEntry {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly object: string;
  readonly recordDigest: string;
  readonly checkpointSize: number;
  readonly outcome: 'accepted' | 'refused';
  readonly reason: string | null;
  readonly by: string;
  readonly at: number;
}

export class DomainsContract extends Contract {
  constructor() {
    super('domains');
  }

  async register(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'administrator');
    const fields = parse(input, 'a domain');
    const witnessKeys = Array.isArray(fields.witnessKeys)
      ? fields.witnessKeys.map((key) => text({ key }, 'key', 500))
      : [];
    const domain: Domain = {
      id: text(fields, 'id', 100),
      title: text(fields, 'title'),
      speaker: text(fields, 'speaker'),
      logKey: text(fields, 'logKey', 500),
      witnessKeys,
      quorum: whole(fields, 'quorum', 0, witnessKeys.length),
    };
    await write(ctx, keyOf(ctx, 'domain', domain.id), domain);
    await recordStep(ctx, { action: 'domains.register', actor: did, subject: domain.speaker });
    return JSON.stringify(domain);
  }

  /**
   * A domain's speaker anchors its newest checkpoint. Two roots for one size cannot both be true of an append-only log: the second
   * is kept beside the first as proof, and an alarm goes out instead of a new head.
   */
  async anchor(ctx: Context, domainId: string, input: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const domain = await domainOf(ctx, domainId);
    if (domain.speaker !== did) refuse('domains.not_speaker', domain.speaker, did);
    const fields = parse(input, 'a checkpoint');
    const anchor: Anchor = {
      domain: domainId,
      size: whole(fields, 'size', 0, Number.MAX_SAFE_INTEGER),
      root: digest(fields, 'root'),
      checkpoint: text(fields, 'checkpoint', 10_000),
      at: secondsOf(ctx),
    };
    const key = keyOf(ctx, 'anchor', domainId, sortable(anchor.size));
    const known = await read<Anchor>(ctx, key);
    if (known && known.root !== anchor.root) {
      await write(ctx, keyOf(ctx, 'equivocation', domainId, sortable(anchor.size), ctx.stub.getTxID()), [
        known,
        anchor,
      ]);
      await recordStep(ctx, { action: 'domains.equivocation', actor: did, subject: domain.speaker, outcome: 'alarm' });
      emit(ctx, 'supervision.alarm', { domain: domainId, rule: 'equivocation', size: anchor.size });
      return JSON.stringify({ outcome: 'equivocation', anchors: [known, anchor] });
    }
    const head = await read<Anchor>(ctx, keyOf(ctx, 'head', domainId));
    if (!known) await write(ctx, key, anchor);
    if (!head || head.size < anchor.size) await write(ctx, keyOf(ctx, 'head', domainId), anchor);
    return JSON.stringify({ outcome: 'anchored', anchors: [anchor] });
  }

  async distribute(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'administrator');
    const fields = parse(input, 'a policy');
    const id = text(fields, 'id', 100);
    const before = await read<DistributedPolicy>(ctx, keyOf(ctx, 'distributed', id));
    const policy: DistributedPolicy = {
      id,
      version: (before?.version ?? 0) + 1,
      title: text(fields, 'title'),
      tree: checkTree(fields.tree),
      domains: Array.isArray(fields.domains)
        ? fields.domains.map((domain) => text({ domain }, 'domain', 100)).sort()
        : [],
      at: secondsOf(ctx),
    };
    await write(ctx, keyOf(ctx, 'distributed', id), policy);
    await recordStep(ctx, { action: 'domains.distribute', actor: did, object: `policy:${id}` });
    emit(ctx, 'domains.distributed', { id, version: policy.version, domains: policy.domains });
    return JSON.stringify(policy);
  }

  /** The receiving domain's speaker records what came and what became of it; the same exchange a second time is refused. */
  async recordExchange(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const fields = parse(input, 'an exchange');
    const to = await domainOf(ctx, text(fields, 'to', 100));
    if (to.speaker !== did) refuse('domains.not_speaker', to.speaker, did);
    const from = await domainOf(ctx, text(fields, 'from', 100));
    const id = digest(fields, 'id');
    const key = keyOf(ctx, 'exchange', id);
    if (await read<ExchangeEntry>(ctx, key)) refuse('domains.replayed', 'an exchange not yet recorded', id);
    const reason = fields.reason === null || fields.reason === undefined ? null : text(fields, 'reason', 500);
    const entry: ExchangeEntry = {
      id,
      from: from.id,
      to: to.id,
      object: text(fields, 'object', 100),
      recordDigest: digest(fields, 'recordDigest'),
      checkpointSize: whole(fields, 'checkpointSize', 0, Number.MAX_SAFE_INTEGER),
      outcome: reason === null ? 'accepted' : 'refused',
      reason,
      by: did,
      at: secondsOf(ctx),
    };
    await write(ctx, key, entry);
    await recordStep(ctx, {
      action: 'domains.exchange',
      actor: did,
      object: entry.object,
      subject: from.speaker,
      outcome: reason ?? 'accepted',
    });
    emit(ctx, `domains.${entry.outcome}`, { id, from: from.id, to: to.id, object: entry.object, reason });
    return JSON.stringify(entry);
  }

  async domains(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Domain>(ctx, 'domain'));
  }
  async heads(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Anchor>(ctx, 'head'));
  }
  async anchorAt(ctx: Context, domain: string, size: string): Promise<string> {
    return JSON.stringify(await read<Anchor>(ctx, keyOf(ctx, 'anchor', domain, sortable(Number(size)))));
  }
  async equivocations(ctx: Context): Promise<string> {
    return JSON.stringify(await list<readonly Anchor[]>(ctx, 'equivocation'));
  }
  async policies(ctx: Context): Promise<string> {
    return JSON.stringify(await list<DistributedPolicy>(ctx, 'distributed'));
  }
  async exchanges(ctx: Context): Promise<string> {
    return JSON.stringify(await list<ExchangeEntry>(ctx, 'exchange'));
  }
}

async function domainOf(ctx: Context, id: string): Promise<Domain> {
  return (await read<Domain>(ctx, keyOf(ctx, 'domain', id))) ?? refuse('domains.unknown', 'a registered domain', id);
}
