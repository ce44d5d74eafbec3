/**
 * Kinds of assets and findings the kernel knows by itself; capabilities add theirs.
 * @module
 */
import { z } from 'zod';
import { field } from '../field.ts';

const text = (zh: string, en: string) => field(z.string().max(500).optional(), { 'zh-CN': zh, en });
const number = (zh: string, en: string) => field(z.coerce.number().optional(), { 'zh-CN': zh, en });

export const assetKinds = {
  'information-system': {
    title: { 'zh-CN': '信息系统', en: 'Information system' },
    attributes: z.looseObject({
      url: text('访问地址', 'URL'),
      filingNumber: text('备案编号', 'Filing number'),
      evaluatedOn: text('最近测评日期', 'Last evaluation'),
      purpose: text('主要功能', 'Purpose'),
      leader: text('主管领导', 'Leader'),
      leaderPhone: text('主管领导电话', 'Phone of the leader'),
      technician: text('技术联系人', 'Technical contact'),
      technicianPhone: text('技术联系人电话', 'Phone of the technical contact'),
      supplier: text('承建单位', 'Supplier'),
      operator: text('运维单位', 'Operator'),
      dataHeld: text('存储的数据', 'Data held'),
      personalRecords: number('个人信息条数', 'Records with personal information'),
      deployment: text('部署位置', 'Where it runs'),
      exposure: text('开放范围', 'Exposure'),
      goLive: text('上线日期', 'Go-live date'),
      retiredOn: text('停用日期', 'Retired on'),
    }),
  },
  host: {
    title: { 'zh-CN': '主机', en: 'Host' },
    attributes: z.looseObject({
      operatingSystem: text('操作系统', 'Operating system'),
      location: text('位置', 'Location'),
    }),
  },
  service: {
    title: { 'zh-CN': '服务', en: 'Service' },
    attributes: z.looseObject({
      port: number('端口', 'Port'),
      protocol: text('协议', 'Protocol'),
      product: text('产品', 'Product'),
      version: text('版本', 'Version'),
    }),
  },
  domain: {
    title: { 'zh-CN': '域名', en: 'Domain' },
    attributes: z.looseObject({
      registrar: text('注册商', 'Registrar'),
      expires: text('到期日', 'Expires'),
      filingNumber: text('ICP 备案号', 'ICP filing number'),
    }),
  },
  device: {
    title: { 'zh-CN': '设备', en: 'Device' },
    attributes: z.looseObject({
      vendor: text('厂商', 'Vendor'),
      model: text('型号', 'Model'),
      serial: text('序列号', 'Serial number'),
      location: text('位置', 'Location'),
    }),
  },
  'cloud-resource': {
    title: { 'zh-CN': '云资源', en: 'Cloud resource' },
    attributes: z.looseObject({
      provider: text('云厂商', 'Provider'),
      region: text('区域', 'Region'),
      type: text('类型', 'Type'),
    }),
  },
  'data-set': {
    title: { 'zh-CN': '数据集', en: 'Data set' },
    attributes: z.looseObject({
      classification: text('分类', 'Class'),
      level: text('分级', 'Level'),
      records: number('记录数', 'Records'),
    }),
  },
  model: {
    title: { 'zh-CN': '模型', en: 'Model' },
    attributes: z.looseObject({ version: text('版本', 'Version'), purpose: text('用途', 'Purpose') }),
  },
  vehicle: {
    title: { 'zh-CN': '车辆', en: 'Vehicle' },
    attributes: z.looseObject({ vin: text('车架号', 'VIN'), make: text('品牌', 'Make'), model: text('车型', 'Model') }),
  },
  ecu: {
    title: { 'zh-CN': '电子控制单元', en: 'ECU' },
    attributes: z.looseObject({ supplier: text('供应商', 'Supplier'), firmware: text('固件版本', 'Firmware') }),
  },
  application: {
    title: { 'zh-CN': '应用', en: 'Application' },
    attributes: z.looseObject({
      package: text('包名', 'Package'),
      version: text('版本', 'Version'),
      platform: text('平台', 'Platform'),
    }),
  },
} as const;

const none = z.looseObject({});
export const findingKinds = {
  vulnerability: { title: { 'zh-CN': '漏洞', en: 'Vulnerability' }, attributes: none },
  'weak-password': { title: { 'zh-CN': '弱口令', en: 'Weak password' }, attributes: none },
  misconfiguration: { title: { 'zh-CN': '配置缺陷', en: 'Misconfiguration' }, attributes: none },
  'data-exposure': { title: { 'zh-CN': '数据泄露', en: 'Data exposure' }, attributes: none },
  incident: { title: { 'zh-CN': '安全事件', en: 'Security incident' }, attributes: none },
  'exposed-service': { title: { 'zh-CN': '暴露服务', en: 'Exposed service' }, attributes: none },
  other: { title: { 'zh-CN': '其他', en: 'Other' }, attributes: none },
} as const;
