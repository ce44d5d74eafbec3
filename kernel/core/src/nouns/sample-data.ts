/**
 * The synthetic city of the sample data: names and texts as a Chinese city's security office would meet them. Nothing here is real;
 * addresses are from the documentation ranges of RFC 5737 and domains from RFC 2606.
 * @module
 */
import type { Organisation, Severity } from '@hedun/sdk';

export const sampleCity = '江城市（示例）';
export const sampleOrganisations: readonly {
  readonly name: string;
  readonly shortName: string;
  readonly kind: Organisation['kind'];
  readonly parent: number | null;
}[] = [
  { name: sampleCity, shortName: '江城', kind: 'city', parent: null },
  { name: '江城市大数据管理局', shortName: '大数据局', kind: 'bureau', parent: 0 },
  { name: '江城市政务云运维中心', shortName: '云运维中心', kind: 'office', parent: 1 },
  { name: '江城市卫生健康委员会', shortName: '卫健委', kind: 'bureau', parent: 0 },
  { name: '江城市第一人民医院', shortName: '市一医院', kind: 'department', parent: 3 },
  { name: '江城市教育局', shortName: '教育局', kind: 'bureau', parent: 0 },
  { name: '江城大学', shortName: '江大', kind: 'university', parent: 5 },
  { name: '江城大学计算机学院', shortName: '计算机学院', kind: 'school', parent: 6 },
  { name: '江城市交通运输局', shortName: '交通局', kind: 'bureau', parent: 0 },
  { name: '江城地铁集团有限公司', shortName: '地铁集团', kind: 'enterprise', parent: 8 },
  { name: '江城水务集团有限公司', shortName: '水务集团', kind: 'enterprise', parent: 0 },
  { name: '东湖区人民政府', shortName: '东湖区', kind: 'district', parent: 0 },
];

/** Systems by organisation, in the order above. */
export const sampleSystems: readonly (readonly string[])[] = [
  ['市政府门户网站', '市长信箱', '应急指挥平台'],
  ['政务数据共享交换平台', '一网通办平台', '电子证照库', '统一身份认证平台'],
  ['政务云管理平台', '云安全管理中心', '堡垒机系统'],
  ['全民健康信息平台', '疫苗追溯系统', '卫生监督系统'],
  ['医院信息系统（HIS）', '影像归档系统（PACS）', '互联网医院平台', '检验信息系统（LIS）'],
  ['学籍管理系统', '中考招生平台', '教育资源公共服务平台'],
  ['教务管理系统', '一卡通系统', '校园门户', '科研管理系统'],
  ['实验教学平台', '在线评测系统', '学院网站'],
  ['公交调度系统', '运政管理系统', '交通信号控制平台'],
  ['综合监控系统', '自动售检票系统', '乘客信息系统', '地铁 App'],
  ['供水调度系统', '管网 SCADA 系统', '营业收费系统'],
  ['区政府网站', '网格化管理平台', '智慧社区平台'],
];
export const sampleHosts: readonly (readonly [
  suffix: string,
  kind: string,
  attributes: Readonly<Record<string, unknown>>,
])[] = [
  ['应用服务器', 'host', { operatingSystem: '银河麒麟 V10', location: '一号机房' }],
  ['数据库服务器', 'host', { operatingSystem: 'CentOS 7.9', location: '一号机房' }],
  ['Web 服务', 'service', { port: 443, protocol: 'tcp', product: 'nginx', version: '1.18.0' }],
  ['数据库', 'service', { port: 3306, protocol: 'tcp', product: 'MySQL', version: '5.7.31' }],
  ['出口防火墙', 'device', { vendor: '示例厂商', model: 'FW-2000', location: '核心机房' }],
  ['视频摄像头', 'device', { vendor: '示例厂商', model: 'IPC-40', location: '大厅' }],
  ['业务数据集', 'data-set', { classification: '公共管理', level: '三级', records: 120_000 }],
];

export const sampleWeaknesses: readonly {
  readonly kind: string;
  readonly severity: Severity;
  readonly title: string;
  readonly identity: string;
  readonly description: string;
  readonly remediation: string;
  readonly reference?: { readonly kind: 'cve' | 'cwe'; readonly id: string };
}[] = [
  {
    kind: 'vulnerability',
    severity: 'critical',
    title: 'Apache Log4j2 远程代码执行漏洞',
    identity: 'CVE-2021-44228',
    description: '日志组件对 JNDI 表达式解析不当，攻击者可远程执行任意代码。',
    remediation: '升级 Log4j2 至 2.17.1 及以上版本。',
    reference: { kind: 'cve', id: 'CVE-2021-44228' },
  },
  {
    kind: 'vulnerability',
    severity: 'critical',
    title: 'Fastjson 反序列化漏洞',
    identity: 'CVE-2022-25845',
    description: 'autoType 限制可被绕过，导致反序列化执行任意代码。',
    remediation: '升级 Fastjson 至 1.2.83 或迁移到 Fastjson 2。',
    reference: { kind: 'cve', id: 'CVE-2022-25845' },
  },
  {
    kind: 'vulnerability',
    severity: 'high',
    title: 'OpenSSH 信号处理竞争条件漏洞',
    identity: 'CVE-2024-6387',
    description: 'sshd 在登录超时处理中存在竞争条件，可能导致远程代码执行。',
    remediation: '升级 OpenSSH 至 9.8p1 及以上版本。',
    reference: { kind: 'cve', id: 'CVE-2024-6387' },
  },
  {
    kind: 'vulnerability',
    severity: 'high',
    title: 'Spring Framework 远程代码执行漏洞',
    identity: 'CVE-2022-22965',
    description: '数据绑定可被利用写入任意文件。',
    remediation: '升级 Spring Framework 至 5.3.18 或 5.2.20 及以上版本。',
    reference: { kind: 'cve', id: 'CVE-2022-22965' },
  },
  {
    kind: 'weak-password',
    severity: 'high',
    title: '管理后台存在弱口令',
    identity: 'admin-weak-password',
    description: '使用常见口令可登录管理后台。',
    remediation: '立即修改口令，启用口令复杂度策略与双因素认证。',
    reference: { kind: 'cwe', id: 'CWE-521' },
  },
  {
    kind: 'weak-password',
    severity: 'medium',
    title: '设备使用出厂默认口令',
    identity: 'default-password',
    description: '设备未修改出厂默认口令。',
    remediation: '修改默认口令并限制管理地址。',
    reference: { kind: 'cwe', id: 'CWE-1392' },
  },
  {
    kind: 'misconfiguration',
    severity: 'medium',
    title: '启用了已不安全的 TLS 1.0 协议',
    identity: 'tls-1.0',
    description: '服务端仍接受 TLS 1.0 连接。',
    remediation: '仅启用 TLS 1.2 及以上版本，政务系统同时支持国密套件。',
  },
  {
    kind: 'misconfiguration',
    severity: 'medium',
    title: '目录列表未关闭',
    identity: 'directory-listing',
    description: '访问静态目录可列出全部文件。',
    remediation: '在 Web 服务器配置中关闭目录浏览。',
    reference: { kind: 'cwe', id: 'CWE-548' },
  },
  {
    kind: 'misconfiguration',
    severity: 'low',
    title: '响应头缺少安全策略',
    identity: 'missing-csp',
    description: '未设置内容安全策略与防嵌套响应头。',
    remediation: '增加 Content-Security-Policy 等响应头。',
  },
  {
    kind: 'data-exposure',
    severity: 'high',
    title: '接口返回未脱敏的身份证号',
    identity: 'id-number-plain',
    description: '查询接口返回完整身份证号与手机号。',
    remediation: '按最小必要原则返回字段并脱敏展示。',
    reference: { kind: 'cwe', id: 'CWE-359' },
  },
  {
    kind: 'exposed-service',
    severity: 'medium',
    title: '数据库端口对互联网开放',
    identity: 'database-exposed',
    description: '数据库服务端口可从互联网直接访问。',
    remediation: '关闭公网访问，仅允许业务网段连接。',
  },
  {
    kind: 'exposed-service',
    severity: 'low',
    title: '远程桌面服务对外开放',
    identity: 'rdp-exposed',
    description: '远程桌面端口可从互联网访问。',
    remediation: '改由堡垒机或零信任网关接入。',
  },
  {
    kind: 'vulnerability',
    severity: 'low',
    title: 'jQuery 跨站脚本漏洞',
    identity: 'CVE-2020-11022',
    description: '旧版 jQuery 处理 HTML 时存在跨站脚本风险。',
    remediation: '升级 jQuery 至 3.5.0 及以上版本。',
    reference: { kind: 'cve', id: 'CVE-2020-11022' },
  },
  {
    kind: 'other',
    severity: 'info',
    title: '网站备案信息未在首页展示',
    identity: 'icp-missing',
    description: '首页底部未展示备案编号。',
    remediation: '在首页底部补充备案编号与链接。',
  },
  {
    kind: 'misconfiguration',
    severity: 'info',
    title: '服务器版本信息泄露',
    identity: 'server-banner',
    description: '响应头暴露了服务器软件版本。',
    remediation: '关闭版本信息输出。',
    reference: { kind: 'cwe', id: 'CWE-200' },
  },
];
export const sampleSources = ['nessus', 'openvas', 'nuclei', '人工渗透测试'];
