/**
 * All formats, in the order in which equal certainty is decided.
 * @module
 */
import type { ScanFormat } from '../types.ts';
import { burpApi, burpGraphql, burpHtml, burpXml, dastardly } from './burp.ts';
import { checkov, gitleaks, sarif, semgrep, snykCode, sonarqube, sonarqubeHtml, trufflehog } from './code.ts';
import {
  cyclonedxJson,
  cyclonedxXml,
  dependencyCheck,
  githubAlerts,
  snyk,
  trivy,
  trivyOperator,
} from './components.ts';
import { nessusCsv, nessusXml } from './nessus.ts';
import { qualysCsv, qualysInfrastructure, qualysWeb, qualysXml, sslscan, testsslCsv, testsslJson } from './network.ts';
import { nmap } from './nmap.ts';
import { nuclei } from './nuclei.ts';
import { openvasCsv, openvasXml } from './openvas.ts';
import { acunetix360, acunetixXml, niktoJson, niktoXml, wpscan, zapJson, zapXml } from './web.ts';

export const formats: readonly ScanFormat[] = [
  nmap,
  nessusXml,
  nessusCsv,
  openvasXml,
  openvasCsv,
  nuclei,
  zapXml,
  zapJson,
  burpXml,
  burpApi,
  burpGraphql,
  burpHtml,
  dastardly,
  niktoXml,
  niktoJson,
  sarif,
  trivyOperator,
  trivy,
  semgrep,
  dependencyCheck,
  cyclonedxJson,
  cyclonedxXml,
  gitleaks,
  trufflehog,
  checkov,
  testsslCsv,
  testsslJson,
  sslscan,
  wpscan,
  acunetixXml,
  acunetix360,
  qualysCsv,
  qualysXml,
  qualysInfrastructure,
  qualysWeb,
  snyk,
  snykCode,
  githubAlerts,
  sonarqube,
  sonarqubeHtml,
];
