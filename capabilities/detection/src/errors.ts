/**
 * What can go wrong in detection, and what to do about it.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const errors = {
  'detection.source_named': {
    status: 409,
    message: { 'zh-CN': '已有同名的日志来源', en: 'A source of this name exists' },
    fix: { 'zh-CN': '换一个名称，或修改已有的来源。', en: 'Choose another name, or change the one there is.' },
  },
  'detection.source_incomplete': {
    status: 422,
    message: { 'zh-CN': '来源的接入参数不完整', en: 'The settings of the source are incomplete' },
    fix: { 'zh-CN': '按提示补全后再保存。', en: 'Complete what is named and save again.' },
  },
  'detection.source_closed': {
    status: 409,
    message: { 'zh-CN': '该来源未启用，或不是 HTTP 推送来源', en: 'This source is off, or takes no pushes' },
    fix: {
      'zh-CN': '在「日志来源」中启用它，或新建一个 HTTP 推送来源。',
      en: 'Switch it on, or make a source of kind HTTP push.',
    },
  },
  'detection.intake_stopped': {
    status: 503,
    message: { 'zh-CN': '采集服务没有运行', en: 'Collection is not running' },
    fix: {
      'zh-CN': '启动服务后重试；命令行单次运行不带采集。',
      en: 'Start the server and try again; one-shot commands run without collection.',
    },
  },
  'detection.intake_full': {
    status: 503,
    message: { 'zh-CN': '待处理日志已满，暂不接收', en: 'The log is full; nothing is taken for now' },
    fix: {
      'zh-CN': '稍后重试；若磁盘已满请先清理磁盘。已确认接收的日志不会丢失。',
      en: 'Try again later; free the disk if it is full. What was acknowledged is safe.',
    },
  },
  'detection.group_settings': {
    status: 500,
    message: { 'zh-CN': '多服务器检测的配置有误', en: 'The settings of the detection group are wrong' },
    fix: {
      'zh-CN':
        '多台服务器共同检测时，需同时设置 HEDUN_DETECTION_KAFKA（host:port，逗号分隔）、HEDUN_CLICKHOUSE_URL 与 DATABASE_URL。',
      en: 'A group of servers needs HEDUN_DETECTION_KAFKA (host:port, comma-separated), HEDUN_CLICKHOUSE_URL and DATABASE_URL.',
    },
  },
  'detection.push_unreadable': {
    status: 422,
    message: { 'zh-CN': '推送内容无法解压', en: 'The body cannot be decompressed' },
    fix: {
      'zh-CN': '检查 Content-Encoding 与内容是否一致，解压后不超过 256 MiB。',
      en: 'Check Content-Encoding; at most 256 MiB decompressed.',
    },
  },
  'detection.import_too_large': {
    status: 413,
    message: { 'zh-CN': '文件过大', en: 'The file is too large' },
    fix: {
      'zh-CN': '按时间拆分后分批导入，或用文件跟踪来源读取。',
      en: 'Split it by time, or follow it with a file source.',
    },
  },
  'detection.pattern_refused': {
    status: 422,
    message: { 'zh-CN': '解析模式有误', en: 'The pattern cannot be used' },
    fix: {
      'zh-CN': '按提示位置修改；可用的占位见页面右侧。',
      en: 'Change it where it says; the page lists the places there are.',
    },
  },
  'detection.pattern_does_not_read': {
    status: 422,
    message: { 'zh-CN': '模式不能解析样例行', en: 'The pattern does not read the sample' },
    fix: {
      'zh-CN': '先用「试解析」调到能读出字段再保存。',
      en: 'Try it on the line until it gives fields, then save.',
    },
  },
  'detection.parser_named': {
    status: 409,
    message: { 'zh-CN': '已有同名的解析', en: 'A parser of this name exists' },
    fix: { 'zh-CN': '换一个名称，或修改已有的解析。', en: 'Choose another name, or change the one there is.' },
  },
  'detection.parser_used': {
    status: 409,
    message: { 'zh-CN': '仍有来源在用该解析', en: 'A source still uses this parser' },
    fix: { 'zh-CN': '先让这些来源改用其他格式。', en: 'Let those sources read another way first.' },
  },
  'detection.span': {
    status: 422,
    message: { 'zh-CN': '时间范围不可用', en: 'The span cannot be used' },
    fix: {
      'zh-CN': '结束须晚于开始，跨度不超过 400 天。',
      en: 'The end must be after the start, at most 400 days later.',
    },
  },
  'detection.hunt_named': {
    status: 409,
    message: { 'zh-CN': '已有同名的狩猎', en: 'A hunt of this name exists' },
    fix: { 'zh-CN': '换一个名称，或修改已有的狩猎。', en: 'Choose another name, or change the one there is.' },
  },
  'detection.handed_over': {
    status: 409,
    message: { 'zh-CN': '该安全事件已移交', en: 'This incident was handed over already' },
    fix: { 'zh-CN': '在工单中继续处理。', en: 'Go on in the case.' },
  },
  'detection.rule_unknown': {
    status: 404,
    message: { 'zh-CN': '没有这条规则、版本或例外', en: 'There is no such rule, version or exception' },
    fix: { 'zh-CN': '在规则页中重新选择。', en: 'Choose again on the rules page.' },
  },
  'detection.rule_refused': {
    status: 422,
    message: { 'zh-CN': '规则不能运行', en: 'The rule cannot run' },
    fix: { 'zh-CN': '改正所指的行（行:列），再保存。', en: 'Correct the place named (line:column) and save again.' },
  },
  'detection.rule_exists': {
    status: 409,
    message: { 'zh-CN': '已有规则使用这一标识', en: 'Another rule has this id' },
    fix: {
      'zh-CN': '换一个 id（UUID），或修改已有的规则。',
      en: 'Give it an id (UUID) of its own, or change the other rule.',
    },
  },
  'detection.rule_shipped': {
    status: 409,
    message: { 'zh-CN': '内置规则不能删除', en: 'Shipped rules cannot be removed' },
    fix: { 'zh-CN': '停用它，或设立例外。', en: 'Turn it off, or add an exception.' },
  },
  'detection.rules_missing': {
    status: 422,
    message: { 'zh-CN': '文件中没有可导入的规则', en: 'The file holds no rules to import' },
    fix: {
      'zh-CN': '上传 Sigma 规则的 ZIP 压缩包或单个 YAML 文件。',
      en: 'Upload a ZIP of Sigma rules, or one YAML file.',
    },
  },
  'detection.events_unreadable': {
    status: 422,
    message: { 'zh-CN': '事件不是 JSON 对象', en: 'The events are no JSON objects' },
    fix: { 'zh-CN': '每行粘贴一个 JSON 对象，或整体为一个数组。', en: 'Paste one JSON object a line, or one array.' },
  },
  'detection.exception_refused': {
    status: 422,
    message: { 'zh-CN': '例外不成立', en: 'The exception does not stand' },
    fix: { 'zh-CN': '按提示修改条件或到期时间。', en: 'Correct the condition or the expiry.' },
  },
  'detection.backtest_refused': {
    status: 422,
    message: { 'zh-CN': '回测范围不成立', en: 'The span of the back-test does not stand' },
    fix: { 'zh-CN': '选择起止时间。', en: 'Choose a beginning and a later end.' },
  },
  'detection.file_unreadable': {
    status: 422,
    message: { 'zh-CN': '文件不存在或不能读取', en: 'The file is not there or cannot be read' },
    fix: { 'zh-CN': '核对路径。', en: 'Check the path.' },
  },
} as const satisfies ErrorTable;
