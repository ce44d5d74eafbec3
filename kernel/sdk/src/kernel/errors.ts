/**
 * The kernel's error table: every code a user can meet, what happened and what to do.
 * @module
 */
import type { ErrorTable } from '../failure.ts';

export const errors = {
  'input.invalid': {
    status: 400,
    message: { 'zh-CN': '输入有误，请见逐项说明', en: 'The input is not valid; see each item' },
    fix: { 'zh-CN': '按每一项的“应为”改正后重试。', en: 'Correct each item to what is expected and try again.' },
  },
  'input.not_json': {
    status: 400,
    message: { 'zh-CN': '请求体不是合法的 UTF-8 JSON', en: 'The request body is not valid UTF-8 JSON' },
    fix: {
      'zh-CN': '检查位置处的字符，并以 application/json 发送。',
      en: 'Check the character at the given place and send application/json.',
    },
  },
  'input.too_large': {
    status: 413,
    message: { 'zh-CN': '请求体超过上限 {limit} 字节', en: 'The request body is larger than {limit} bytes' },
    fix: {
      'zh-CN': '大文件请先上传为证据，再引用其编号。',
      en: 'Upload large files as evidence first and refer to their id.',
    },
  },
  'input.unsupported_type': {
    status: 415,
    message: { 'zh-CN': '不支持的内容类型', en: 'Unsupported content type' },
    fix: { 'zh-CN': '改用说明中的内容类型。', en: 'Use one of the expected content types.' },
  },
  'input.unknown_filter': {
    status: 400,
    message: { 'zh-CN': '筛选条件有误', en: 'The filter is not valid' },
    fix: { 'zh-CN': '使用列表支持的字段与取值。', en: 'Use the fields and values this list supports.' },
  },
  'input.unknown_sort': {
    status: 400,
    message: { 'zh-CN': '不支持按此列排序', en: 'This list cannot be sorted by that column' },
    fix: { 'zh-CN': '改用可排序的列。', en: 'Use one of the sortable columns.' },
  },
  'input.bad_cursor': {
    status: 400,
    message: { 'zh-CN': '游标无效', en: 'The cursor is not valid' },
    fix: { 'zh-CN': '从第一页重新读取。', en: 'Read again from the first page.' },
  },
  'route.unknown': {
    status: 404,
    message: { 'zh-CN': '没有这个接口', en: 'No such route' },
    fix: { 'zh-CN': '接口清单见 /api/openapi.json。', en: 'The routes are listed at /api/openapi.json.' },
  },
  'access.not_signed_in': {
    status: 401,
    message: { 'zh-CN': '尚未登录或会话已过期', en: 'Not signed in, or the session has ended' },
    fix: { 'zh-CN': '请登录后重试。', en: 'Sign in and try again.' },
  },
  'access.denied': {
    status: 403,
    message: { 'zh-CN': '没有权限：{permission}', en: 'Permission missing: {permission}' },
    fix: { 'zh-CN': '请管理员授予该权限。', en: 'Ask an administrator to grant it.' },
  },
  'access.out_of_scope': {
    status: 403,
    message: { 'zh-CN': '对象不在数据范围内', en: 'The record lies outside your data scope' },
    fix: {
      'zh-CN': '请管理员扩大数据范围，或选择范围内的对象。',
      en: 'Ask an administrator to widen the scope, or choose a record inside it.',
    },
  },
  'access.bad_credentials': {
    status: 401,
    message: { 'zh-CN': '用户名或密码不正确', en: 'User name or password is wrong' },
    fix: {
      'zh-CN': '检查后重试；连续失败会暂时锁定账号。',
      en: 'Check and try again; repeated failures lock the account for a while.',
    },
  },
  'access.locked': {
    status: 423,
    message: { 'zh-CN': '账号已锁定至 {until}', en: 'The account is locked until {until}' },
    fix: { 'zh-CN': '等待解锁，或请管理员重发邀请。', en: 'Wait, or ask an administrator for a new invitation.' },
  },
  'access.disabled': {
    status: 403,
    message: { 'zh-CN': '账号已停用', en: 'The account is disabled' },
    fix: { 'zh-CN': '请联系管理员。', en: 'Ask an administrator.' },
  },
  'access.bad_code': {
    status: 401,
    message: { 'zh-CN': '动态口令或恢复码不正确', en: 'The one-time or recovery code is wrong' },
    fix: { 'zh-CN': '核对手机时间，输入最新口令。', en: 'Check the clock of the device and enter the newest code.' },
  },
  'access.weak_password': {
    status: 422,
    message: { 'zh-CN': '密码不符合策略', en: 'The password does not meet the policy' },
    fix: {
      'zh-CN': '至少 {minimum} 个字符，不得为常见密码，不得包含用户名。',
      en: 'At least {minimum} characters, not a common password, not containing the user name.',
    },
  },
  'access.bad_token': {
    status: 401,
    message: { 'zh-CN': '令牌无效、已过期或已吊销', en: 'The token is unknown, expired or revoked' },
    fix: { 'zh-CN': '重新获取令牌。', en: 'Get a new token.' },
  },
  'access.setup_done': {
    status: 409,
    message: { 'zh-CN': '平台已完成初始化', en: 'The platform is already set up' },
    fix: { 'zh-CN': '请直接登录。', en: 'Sign in instead.' },
  },
  'access.too_many_requests': {
    status: 429,
    message: { 'zh-CN': '请求过于频繁', en: 'Too many requests' },
    fix: { 'zh-CN': '请在 {seconds} 秒后重试。', en: 'Try again in {seconds} seconds.' },
  },
  'access.cross_site': {
    status: 403,
    message: { 'zh-CN': '拒绝来自其他站点的请求', en: 'Requests from other sites are refused' },
    fix: { 'zh-CN': '从本平台页面操作，或使用访问令牌。', en: 'Use the console of this platform, or an API token.' },
  },
  'access.last_administrator': {
    status: 409,
    message: { 'zh-CN': '不能移除最后一位管理员', en: 'The last administrator cannot be removed' },
    fix: { 'zh-CN': '先授权另一位管理员。', en: 'Grant another administrator first.' },
  },
  'access.grant_beyond_own': {
    status: 403,
    message: { 'zh-CN': '不能授予自己没有的权限或范围', en: 'You cannot grant a permission or scope you do not hold' },
    fix: { 'zh-CN': '请权限更高的管理员操作。', en: 'Ask an administrator who holds it.' },
  },
  'access.oidc_failed': {
    status: 401,
    message: { 'zh-CN': '统一身份认证登录失败', en: 'Sign-in with the identity provider failed' },
    fix: {
      'zh-CN': '重试；若仍失败，请管理员检查 OIDC 设置。',
      en: 'Try again; if it fails again, ask an administrator to check the OIDC settings.',
    },
  },
  'record.not_found': {
    status: 404,
    message: { 'zh-CN': '没有找到：{what}', en: 'Not found: {what}' },
    fix: {
      'zh-CN': '检查编号；对象可能已删除或不在数据范围内。',
      en: 'Check the id; the record may be deleted or outside your scope.',
    },
  },
  'record.exists': {
    status: 409,
    message: { 'zh-CN': '已存在：{what}', en: 'Already exists: {what}' },
    fix: { 'zh-CN': '换一个名称，或修改已有的对象。', en: 'Choose another name, or change the existing record.' },
  },
  'record.in_use': {
    status: 409,
    message: { 'zh-CN': '仍被引用，不能删除：{what}', en: 'Still in use: {what}' },
    fix: { 'zh-CN': '先处理引用它的对象。', en: 'First deal with what refers to it.' },
  },
  'organisation.cycle': {
    status: 422,
    message: { 'zh-CN': '上级组织不能是自己或自己的下级', en: 'An organisation cannot be below itself' },
    fix: { 'zh-CN': '选择其他上级。', en: 'Choose another parent.' },
  },
  'asset.unknown_kind': {
    status: 422,
    message: { 'zh-CN': '未知的资产类型', en: 'Unknown asset kind' },
    fix: { 'zh-CN': '使用 hedun asset kinds 列出的类型。', en: 'Use one of the kinds listed by hedun asset kinds.' },
  },
  'finding.unknown_kind': {
    status: 422,
    message: { 'zh-CN': '未知的发现类型', en: 'Unknown finding kind' },
    fix: {
      'zh-CN': '使用 hedun finding kinds 列出的类型。',
      en: 'Use one of the kinds listed by hedun finding kinds.',
    },
  },
  'finding.step_not_allowed': {
    status: 409,
    message: { 'zh-CN': '发现当前状态不允许此操作', en: 'The finding cannot take this step now' },
    fix: { 'zh-CN': '刷新后查看当前状态。', en: 'Refresh and look at its present status.' },
  },
  'case.step_not_allowed': {
    status: 409,
    message: { 'zh-CN': '工单当前状态不允许此步骤', en: 'The case cannot take this step now' },
    fix: { 'zh-CN': '按工单详情中的下一步办理。', en: 'Take one of the next steps shown in the case.' },
  },
  'file.unreadable': {
    status: 422,
    message: { 'zh-CN': '文件无法读取', en: 'The file cannot be read' },
    fix: {
      'zh-CN': '检查文件是否完整、格式与扩展名是否一致。',
      en: 'Check that the file is whole and that its format matches its name.',
    },
  },
  'file.rows_invalid': {
    status: 422,
    message: { 'zh-CN': '{count} 行有误，未导入任何数据', en: '{count} rows are wrong; nothing was imported' },
    fix: { 'zh-CN': '按行号改正，或选择「跳过有误的行」。', en: 'Correct the rows, or choose to skip bad rows.' },
  },
  'file.too_large': {
    status: 413,
    message: { 'zh-CN': '文件超过上限 {limit} 字节', en: 'The file is larger than {limit} bytes' },
    fix: {
      'zh-CN': '拆分文件，或请管理员调整上限。',
      en: 'Split the file, or ask an administrator to raise the limit.',
    },
  },
  'file.bomb': {
    status: 422,
    message: { 'zh-CN': '压缩文件展开后过大，已拒绝', en: 'The archive unpacks to too much and was refused' },
    fix: { 'zh-CN': '确认文件来源，重新导出后上传。', en: 'Check where the file comes from and export it anew.' },
  },
  'file.digest_mismatch': {
    status: 500,
    message: { 'zh-CN': '文件内容与登记的摘要不符', en: 'The stored bytes do not match their digest' },
    fix: { 'zh-CN': '从备份恢复，并核查存储。', en: 'Restore from backup and check the storage.' },
  },
  'job.not_cancellable': {
    status: 409,
    message: { 'zh-CN': '作业已结束', en: 'The job has already ended' },
    fix: { 'zh-CN': '无需操作。', en: 'Nothing to do.' },
  },
  'job.cancelled': {
    status: 409,
    message: { 'zh-CN': '作业已取消', en: 'The job was cancelled' },
    fix: { 'zh-CN': '需要时重新发起。', en: 'Start it again when needed.' },
  },
  'setting.unknown': {
    status: 404,
    message: { 'zh-CN': '没有这个设置', en: 'No such setting' },
    fix: { 'zh-CN': '见设置页或 hedun setting list。', en: 'See the settings page or hedun setting list.' },
  },
  'network.refused': {
    status: 403,
    message: { 'zh-CN': '服务器不得访问该地址', en: 'The server may not reach that address' },
    fix: { 'zh-CN': '请管理员把该地址加入允许清单。', en: 'Ask an administrator to allow the address.' },
  },
  'network.failed': {
    status: 502,
    message: { 'zh-CN': '对方无响应或出错', en: 'The other side did not answer or failed' },
    fix: { 'zh-CN': '检查地址与网络后重试。', en: 'Check address and network, then try again.' },
  },
  'server.stopping': {
    status: 503,
    message: { 'zh-CN': '服务正在停止', en: 'The server is stopping' },
    fix: { 'zh-CN': '稍后重试。', en: 'Try again in a moment.' },
  },
  'server.unexpected': {
    status: 500,
    message: { 'zh-CN': '服务器内部错误', en: 'Unexpected server error' },
    fix: {
      'zh-CN': '请把请求编号交给管理员查日志。',
      en: 'Give the request id to an administrator, who finds it in the log.',
    },
  },
  'store.locked': {
    status: 503,
    message: { 'zh-CN': '数据目录正被进程 {pid} 使用', en: 'The data folder is in use by process {pid}' },
    fix: {
      'zh-CN': '停止该进程，或用 --server 连接正在运行的服务。',
      en: 'Stop that process, or talk to the running server with --server.',
    },
  },
  'store.backup_invalid': {
    status: 422,
    message: { 'zh-CN': '备份文件不完整或已被改动', en: 'The backup is incomplete or was changed' },
    fix: { 'zh-CN': '换用另一份备份。', en: 'Use another backup.' },
  },
  'config.invalid': {
    status: 500,
    message: { 'zh-CN': '配置有误', en: 'The configuration is not valid' },
    fix: { 'zh-CN': '运行 hedun config check 查看每一项。', en: 'Run hedun config check to see each item.' },
  },
} as const satisfies ErrorTable;
