import { globSync, readFileSync } from 'node:fs';
import { parseSigma, readEvtx } from '../src/index.ts';
let t=performance.now(); let n=0; const refused: unknown[]=[];
for (const f of globSync('/work/shared/data/detection/{sigma,sigma-examples}/**/*.yml')) { const p=parseSigma(readFileSync(f,'utf8'),f); n+=p.rules.length; refused.push(...p.refusals); }
console.log(n, refused, performance.now()-t);
t=performance.now(); let records=0, un=0; const probs: unknown[]=[]; let first: unknown;
for (const f of globSync('/work/shared/data/detection/evtx/**/*.evtx')) { try { const r=readEvtx(readFileSync(f), (e)=>{first??=e}); records+=r.records; un+=r.unreadable; if (r.problems.length) probs.push(f.slice(-40), r.problems.slice(0,2)); } catch(e){console.log(f,e)} }
console.log(records, un, probs.length/2, JSON.stringify(probs.slice(0,8)), performance.now()-t); console.log(first);
