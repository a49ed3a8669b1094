<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Roku</name>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>What would happen</source>
        <translation>将要发生什么</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approve once</source>
        <translation>批准一次</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approve for this session</source>
        <translation>本会话内都批准</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Run it again</source>
        <translation>再运行一次</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>It was done</source>
        <translation>已经完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Skip it</source>
        <translation>跳过</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>What the model should know or do instead (optional)</source>
        <translation>告诉模型该知道什么或改做什么（可选）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Comment for the model</source>
        <translation>给模型的说明</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Previous request (Alt+Left)</source>
        <translation>上一个请求（Alt+Left）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Next request (Alt+Right)</source>
        <translation>下一个请求（Alt+Right）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>{0} of {1}</source>
        <translation>第 {0} 个，共 {1} 个</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>For this session would allow, without asking: {0}</source>
        <translation>若在本会话内都批准，以下操作将不再询问：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>{0} approve once · {1} for this session · {2} reject · Esc later</source>
        <translation>{0} 批准一次 · {1} 本会话内 · {2} 拒绝 · Esc 稍后</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked {0} in “{1}”</source>
        <translation>{0}在“{1}”中提出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>New session</source>
        <translation>新会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>today {0}</source>
        <translation>今天 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>yesterday {0}</source>
        <translation>昨天 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reads</source>
        <translation>读取</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Changes files</source>
        <translation>修改文件</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Runs a program</source>
        <translation>运行程序</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reaches the network</source>
        <translation>访问网络</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Runs a program, reaches out</source>
        <translation>运行程序并访问网络</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked again, because something has changed since: {0}.</source>
        <translation>因情况有变而再次询问：{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>The program ended while this ran (started {0}), so its outcome is not known.</source>
        <translation>此操作运行时程序退出了（开始于 {0}），结果未知。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>What is known: {0}.</source>
        <translation>已知情况：{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked {0}; whoever asked was closed or restarted since.</source>
        <translation>提出于 {0}；提出请求的程序此后已关闭或重启。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>{0}; it has not begun yet.</source>
        <translation>{0}；尚未开始。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Arguments</source>
        <translation>参数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Writes</source>
        <translation>写入</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reaches</source>
        <translation>访问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Time limit</source>
        <translation>时限</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Depends on</source>
        <translation>依赖</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Digest</source>
        <translation>摘要</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>done by Roku itself</source>
        <translation>由 Roku 自身完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>started directly, without a shell</source>
        <translation>直接启动，不经过 shell</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>a text for a shell</source>
        <translation>交给 shell 的文本</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>only {0}</source>
        <translation>仅 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>no variables are handed on</source>
        <translation>不传递任何变量</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Changes</source>
        <translation>改动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Whole new text</source>
        <translation>新的全文</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Approved by a rule that you made</source>
        <translation>已由您制定的规则批准</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Approved by {0}</source>
        <translation>已由 {0} 批准</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>{0} in a window</source>
        <translation>{0}（在窗口中）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>{0} on the command line</source>
        <translation>{0}（在命令行中）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>{0} by a rule</source>
        <translation>{0}（按规则）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>This has expired: nobody decided in time, so it did not run.</source>
        <translation>已过期：无人及时决定，因此没有运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>This was withdrawn, because its turn was stopped.</source>
        <translation>已撤回，因为这一轮对话被停止了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Something had changed, so this is asked again.</source>
        <translation>情况有变，因此再次询问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Rejected by {0}</source>
        <translation>已由 {0} 拒绝</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Rules that approve without asking</source>
        <translation>不再询问、直接批准的规则</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>No rule is in force: every change is asked for.</source>
        <translation>当前没有生效的规则：每项改动都会询问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Revoke</source>
        <translation>撤销</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Revoke: {0}</source>
        <translation>撤销：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>one session</source>
        <translation>单个会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>every session</source>
        <translation>所有会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>{0}
For {1} in {2}, since {3}</source>
        <translation>{0}
适用于{1}，位于 {2}，自 {3} 起</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>{0}, pinned by {1}</source>
        <translation>{0}，由 {1} 固定</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>Model: {0} · {1}</source>
        <translation>模型：{0} · {1}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Asking for its models…</source>
        <translation>正在查询其模型…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Pinned to {0} by {1}; nothing may stand in for it.</source>
        <translation>已由 {1} 固定为 {0}；没有可替代的服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Pinned to {0} by {1}; {2} may stand in for it.</source>
        <translation>已由 {1} 固定为 {0}；可由 {2} 替代。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>may stand in</source>
        <translation>可替代</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>closed off by the pin</source>
        <translation>因固定而不可用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>no key</source>
        <translation>没有密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>key from the environment</source>
        <translation>密钥来自环境变量</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>key in the keyring</source>
        <translation>密钥在钥匙串中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>on this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>needs no key</source>
        <translation>无需密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tried with one request just now</source>
        <translation>正以一个请求试探</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>left alone for {0} after {1}</source>
        <translation>因 {1} 暂停使用 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>failures</source>
        <translation>多次失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tried again with the next prompt</source>
        <translation>下一条消息时再试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>images</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>price unknown</source>
        <translation>价格未知</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>free</source>
        <translation>免费</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>chosen</source>
        <translation>当前</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Enter a key for {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Ask {0} again with the next prompt (Enter)</source>
        <translation>下一条消息时再次请求 {0}（Enter）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Type a provider or a model</source>
        <translation>输入服务商或模型名称</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Choose provider and model</source>
        <translation>选择服务商和模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Providers and models</source>
        <translation>服务商和模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>As configured</source>
        <translation>按配置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Medium</source>
        <translation>中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Thinking: {0}</source>
        <translation>思考：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Stop (Esc)</source>
        <translation>停止（Esc）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Send (Enter)</source>
        <translation>发送（Enter）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Will be sent as soon as everything is ready…</source>
        <translation>一切就绪后立即发送…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Sending…</source>
        <translation>正在发送…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Enter sends it after this answer</source>
        <translation>按 Enter 将在本次回答后发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Ask anything</source>
        <translation>尽管问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Prompt</source>
        <translation>消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Pictures can&apos;t be added to a prompt; describe it, or paste text.</source>
        <translation>消息中不能添加图片；请用文字描述，或粘贴文本。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/context_ring.py"/>
        <source>Context: about {0} of {1} tokens ({2} %), estimated</source>
        <translation>上下文：约 {0} / {1} 个 token（{2}%），估计值</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>and {0} more</source>
        <translation>还有 {0} 条</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Next</source>
        <translation>下一条</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Then</source>
        <translation>之后</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Send now</source>
        <translation>立即发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Edit this prompt</source>
        <translation>编辑这条消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Remove this prompt</source>
        <translation>移除这条消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/slash_popup.py"/>
        <source>Commands that fit</source>
        <translation>匹配的命令</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>New sessions work in</source>
        <translation>新会话的工作区</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>Choose a workspace</source>
        <translation>选择工作区</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By day</source>
        <translation>按日期</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By provider</source>
        <translation>按服务商</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By model</source>
        <translation>按模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 answer of unknown price</source>
        <translation>1 个回答价格未知</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln answers of unknown price</source>
        <translation><numerusform>%Ln 个回答价格未知</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 answer</source>
        <translation>1 个回答</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln answers</source>
        <translation><numerusform>%Ln 个回答</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 token</source>
        <translation>1 个 token</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln tokens</source>
        <translation><numerusform>%Ln 个 token</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Costs</source>
        <translation>花费</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>7 days</source>
        <translation>7 天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>30 days</source>
        <translation>30 天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Nothing was answered in this time.</source>
        <translation>这段时间内没有回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>First start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Write now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Use my key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>For Anthropic, OpenAI or OpenRouter. It is kept in the system keyring and tried at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>What can I help you with?</source>
        <translation>有什么可以帮您？</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Just write below, or choose who answers. You can change that at any time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Nothing is sent anywhere before you choose; only this computer was asked what runs on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>{0} answers on this computer, without a network. It is small: fine for a first try.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Use {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>It runs on this computer, with {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>None was found. Start Ollama, LM Studio, llama.cpp or vLLM, and look again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Look for a server here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/macos.py"/>
        <source>this keyboard lacks it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/macos.py"/>
        <source>another program uses it, or this keyboard lacks it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>this desktop lets no program have one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>it was not allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>Open the quick prompt of Roku</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/x11.py"/>
        <source>the X server can&apos;t be asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/look/looks.py"/>
        <source>This lasts until you quit: {0} can&apos;t be written ({1}).</source>
        <translation>此设置仅在退出前有效：无法写入 {0}（{1}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/main_window.py"/>
        <source>Roku</source>
        <translation>Roku</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/notices/bus.py"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Type a command or the title of a session</source>
        <translation>输入命令或会话标题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Nothing fits. Try fewer letters.</source>
        <translation>没有匹配项。请试试更少的字。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Quick prompt</source>
        <translation>快速提问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Stop ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Enter sends · {0} goes on in the window · Esc hides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>Previous 7 days</source>
        <translation>前 7 天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>MMMM</source>
        <comment>a month</comment>
        <translation>M月</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>MMMM yyyy</source>
        <comment>a month</comment>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/delegate.py"/>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/deletion.py"/>
        <source>Deleted “{0}”.</source>
        <translation>已删除“{0}”。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/deletion.py"/>
        <source>Undo</source>
        <translation>撤销删除</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>writing</source>
        <translation>正在回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>waiting for approval</source>
        <translation>等待审批</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>failed</source>
        <translation>已失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/results.py"/>
        <source>found in the title</source>
        <translation>在标题中找到</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/search_field.py"/>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/search_field.py"/>
        <source>Search sessions</source>
        <translation>搜索会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Sessions</source>
        <translation>会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Your conversations will be kept here.</source>
        <translation>您的对话会保存在这里。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Nothing found for “{0}”. Try fewer or shorter words.</source>
        <translation>没有找到“{0}”。请试试更少或更短的词。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>see its own page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Configuration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Logs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Copy what stands here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Parts and their licences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Roku Desktop stands under the Apache License 2.0, and is built on:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} gave no answer within {1} s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>1 model</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>%Ln models</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} answered in {1} ms and lists {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} were freed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>No collector is named: type its address first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>{0} took {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>{0} did not take {1}: {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>Choose a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>On</source>
        <comment>of a switch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Show what I type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Keep and test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Delete the kept key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Key of the collector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Key for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Paste the key here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Looking for the system keyring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Use the key in {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>It is kept in the system keyring ({0}), never in a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>You get one at {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Keeping it and asking {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Really delete it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>The kept key was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Providers and keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>provider, key, keyring, address, model, Anthropic, OpenAI, OpenRouter, Ollama</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Defaults and budgets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>model, thinking, workspace, budget, limit, cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>rules, revoke, approve without asking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Telemetry</source>
        <translation>运行状况</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>OTLP, OpenTelemetry, collector, Prometheus, metrics, traces, test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>disk, space, caps, delete, prune, home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Appearance and language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>theme, dark, light, text size, motion, English, Chinese</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>proxy, certificate, CA, TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>retries, timeouts, breaker, pin, failover, tools, context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>About</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>version, licences, paths, home, log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Answers in new sessions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Workspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>The folder new sessions work in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sent as a bearer token. Other headers come from the variable OTEL_EXPORTER_OTLP_HEADERS.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Send a test</source>
        <translation>发送测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sends one empty report to the collector that is named above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>What lies in the home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Free it now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Can be freed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>{0} days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>{0} are past their time or limit. Messages are never among them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Everything is within its limits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Freeing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sessions and figures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Copies from before upgrades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Traces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Output of tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Waiting for the collector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Other files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any OpenAI-compatible service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any service with OpenAI&apos;s Responses API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any service with Anthropic&apos;s API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>OpenAI-compatible (chat completions)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>OpenAI Responses API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Anthropic messages API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>On this computer, without a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>What the vendor&apos;s own tools would be given: with /v1, except for Anthropic&apos;s API.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>The one that is asked first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>what the service lists first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Asked next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Models that stand in for it, with commas between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Context window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>what the service tells</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Longest answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>the model&apos;s own limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Stands in for others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>The lowest number is asked first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Only a provider of the same region stands in for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Letters and digits, with . - _ between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Save and test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Add a provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Settings of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Type a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>There is a provider called {0} already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Add a key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Change…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Asking {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Test asks a service for its models: that needs its address and key, and costs nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Keys are kept in the system keyring ({0}), never in a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>There is a key for {0} in the variable {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Keep it and use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>runs inside the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>found on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>asked without a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/rows.py"/>
        <source>Reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/rows.py"/>
        <source>Reset: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/rows.py"/>
        <source>Takes effect at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Set by the variable {0}; unset it to change this here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>From {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>From {0}, cut from {1} to the limit {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a whole address, such as http://127.0.0.1:8000.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a whole number from {0} to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a number from {0} to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What may be spent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How far one turn may go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>no limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>US dollars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>When a provider is in trouble</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much tools read at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much models are asked to think before they answer, from the next prompt on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Thinking as configured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What a model may spend on thinking where “As configured” is chosen above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>no thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>With all its steps. A request that would pass a limit is not sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>All its questions together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>All sessions together, from midnight on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Warn at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much of a limit is used when a warning comes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How often the model may be asked for one answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Failed tool calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>After so many the turn ends and says why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Undecided calls expire after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A call that nobody decided on by then counts as refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Collector (OTLP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Where metrics and traces are sent. Without an address nothing leaves this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>nothing is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Metrics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>With contents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Prompts, answers and what tools are given and say. Off, only figures and timings are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>From which level on the log in the home is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Page for Prometheus</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A port on this computer alone; 0 = no page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Steps of finished runs are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Messages stay until you delete their session.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What the command line and the log say stays English.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>On top of the size that the system says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Reduced motion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Nothing blinks, and menus don&apos;t fade.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Used instead of the system&apos;s. One that needs a password belongs into the variable HTTPS_PROXY.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>as the system says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Further certificate authority</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A PEM file, trusted beside those of the system. Certificates are always verified.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>the system&apos;s alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Pinned provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Only this one answers; nobody can switch until the pin is removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>none: people choose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>May stand in for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Names of providers with commas between, the first one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>nobody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Retries of one request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Wait before the first retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Longest wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Failures that open the breaker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Then it is left alone for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>To reach the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Until the answer begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Without any byte</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Without content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>For the whole answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Bytes of a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Entries of a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Matches of a search by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Entries visited by one search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Assumed where nothing better is known of a model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>What is in force is older than the file: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>OK</source>
        <translation>好</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Find in this conversation</source>
        <translation>在此会话中查找</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Next place found</source>
        <translation>下一处</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Previous place found</source>
        <translation>上一处</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Copy the conversation as Markdown</source>
        <translation>以 Markdown 复制整个会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Write a prompt</source>
        <translation>写消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Previous session</source>
        <translation>上一个会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Next session</source>
        <translation>下一个会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Rename session</source>
        <translation>重命名会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Pin or unpin session</source>
        <translation>置顶或取消置顶会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Delete session</source>
        <translation>删除会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Show what was spent</source>
        <translation>查看花费</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Choose a workspace…</source>
        <translation>选择工作区…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Show or hide telemetry</source>
        <translation>显示或隐藏运行状况</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Trace of the newest answer</source>
        <translation>最新回答的追踪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Review what waits for approval</source>
        <translation>查看等待审批的操作</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Plan mode: only look, change nothing</source>
        <translation>计划模式：只查看，不改动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Rules that approve without asking…</source>
        <translation>不再询问、直接批准的规则…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Quick prompt from anywhere: its key on or off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Notifications: titles of sessions and calls, shown or not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Pause: send nothing to any provider, or resume</source>
        <translation>暂停（不向任何服务商发送）或恢复</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Closing the window: leave Roku in the tray, or end it</source>
        <translation>关闭窗口时：留在托盘或退出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Language: as the system</source>
        <translation>语言：跟随系统</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Language: English</source>
        <translation>语言：English</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Language: 简体中文</source>
        <translation>语言：简体中文</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Text in its normal size</source>
        <translation>恢复文字大小</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>{0} today</source>
        <translation>今天 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>1 approval waits</source>
        <translation>1 项等待审批</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>%Ln approvals wait</source>
        <translation><numerusform>%Ln 项等待审批</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>Workspace: {0}</source>
        <translation>工作区：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>The program ended while this ran: {0}.</source>
        <translation>此操作运行时程序退出了：{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>This waits for your approval: {0}.</source>
        <translation>等待您审批：{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>Review…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Export session</source>
        <translation>导出会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Exported to {0}.</source>
        <translation>已导出到 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>There is a file {0} already.</source>
        <translation>文件 {0} 已存在。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>No key opens the quick prompt any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>it is no combination with Ctrl, Alt or a function key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>{0} opens the quick prompt from anywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>{0} can&apos;t open the quick prompt ({1}): give the command `roku-desktop quick` a key in the settings of your desktop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>{0} is ready</source>
        <translation>{0} 已就绪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Writing…</source>
        <translation>正在回答…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>{0} answers on this computer, without a network.</source>
        <translation>{0} 在这台电脑上回答，无需网络。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Your prompts go to {0}.</source>
        <translation>您的消息将发送给 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Notifications show the titles of sessions and calls from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Notifications show nothing of what is asked or answered from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Open Roku to see what it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Roku waits for your approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Your answer is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>An answer failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/palette.py"/>
        <source>session</source>
        <translation>会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Plan mode</source>
        <translation>计划模式</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Plan mode is on: only looking is allowed. End it</source>
        <translation>计划模式已开启：只能查看。结束它</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Only looking is allowed, nothing is changed. Click to end plan mode.</source>
        <translation>只能查看，不做任何改动。点击可结束计划模式。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/provider_settings.py"/>
        <source>{0} was removed; its key, if it has one, stays in the keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Roku stays here in the tray; its menu has Quit.</source>
        <translation>Roku 仍在托盘中运行；菜单里有“退出”。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>The tray went away, so the window is back.</source>
        <translation>托盘已消失，因此窗口又显示了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>This desktop has no tray, so Roku is in the list of windows; closing it ends it.</source>
        <translation>此桌面没有托盘，因此 Roku 在窗口列表中；关闭即退出。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Closing the window ends Roku from now on.</source>
        <translation>从现在起，关闭窗口将退出 Roku。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Closing the window leaves Roku in the tray from now on.</source>
        <translation>从现在起，关闭窗口后 Roku 留在托盘中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>This desktop has no tray: closing the window ends Roku.</source>
        <translation>此桌面没有托盘：关闭窗口将退出 Roku。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Paused: nothing is sent to any provider until you resume.</source>
        <translation>已暂停：恢复之前不会向任何服务商发送内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Choose who answers</source>
        <translation>选择由谁回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Choose the model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>How much the model thinks</source>
        <translation>模型思考的程度</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>How the newest answer went</source>
        <translation>最新回答的过程</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>What can be typed here</source>
        <translation>这里可以输入什么</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Type /thinking with one of: {0}.</source>
        <translation>请输入 /thinking 并加上以下之一：{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Thinking is set to {0} from the next prompt on.</source>
        <translation>从下一条消息起，思考设为 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/switcher.py"/>
        <source>{0} is asked again with the next prompt.</source>
        <translation>下一条消息时将再次请求 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: all objectives are met</source>
        <translation>运行状况：所有目标均已达成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: an error budget of the last 28 days is used up</source>
        <translation>运行状况：最近 28 天的一项错误预算已用完</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: an error budget is burning fast</source>
        <translation>运行状况：一项错误预算正在快速消耗</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>An objective is being missed: {0} The telemetry panel shows what fails.</source>
        <translation>一项目标未能达成：{0} 运行状况面板会显示出错之处。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>There is no trace yet: ask something first.</source>
        <translation>还没有追踪：请先提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Try {0} now</source>
        <translation>立即改用 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Asking {0} again…</source>
        <translation>正在再次请求 {0}…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>{0} is being tried with one request; waiting for its end, at most {1}.</source>
        <translation>正以一个请求试探 {0}；等待其结束，最多 {1}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Asking {0} again in {1}.</source>
        <translation>{1}后再次请求 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>used up · burns {0}×</source>
        <translation>已用完 · 消耗 {0} 倍</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Own time</source>
        <translation>自身耗时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Recovery</source>
        <translation>恢复</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Compaction</source>
        <translation>压缩</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>no events</source>
        <translation>没有事件</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>{0} % · burns {1}×</source>
        <translation>{0}% · 消耗 {1} 倍</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>No provider had trouble in this time.</source>
        <translation>这段时间内没有服务商出现问题。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>closed</source>
        <translation>正常</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>half open</source>
        <translation>试探中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>open · {0} s</source>
        <translation>熔断 · {0} 秒</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>open · next may try</source>
        <translation>熔断 · 可再试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Nothing failed in this time.</source>
        <translation>这段时间内没有失败。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>Nothing leaves this computer: no collector is named.</source>
        <translation>没有数据离开这台电脑：没有指定收集器。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>1 item sent</source>
        <translation>已发送 1 项</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>%Ln items sent</source>
        <translation><numerusform>已发送 %Ln 项</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>1 dropped</source>
        <translation>丢弃 1 项</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>%Ln dropped</source>
        <translation><numerusform>丢弃 %Ln 项</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>{0}: {1}, {2}.</source>
        <translation>{0}：{1}，{2}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>It has trouble ({0}); what it does not take waits on this computer.</source>
        <translation>它遇到问题（{0}）；它没有接收的数据会留在这台电脑上等待。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>1 measurement, span or line of the log was lost meanwhile.</source>
        <translation>其间丢失了 1 条测量值、跟踪片段或日志。</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>%Ln measurements, spans or lines of the log were lost meanwhile.</source>
        <translation><numerusform>其间丢失了 %Ln 条测量值、跟踪片段或日志。</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>No collector is named, so there is nothing to test.</source>
        <translation>没有指定收集器，所以没有可测试的。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>The collector takes {0}.</source>
        <translation>收集器接收 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/departing.py"/>
        <source>It did not take {0} at {1} ({2}): look at the address and the key.</source>
        <translation>它没有接收 {0}（{1}，{2}）：请检查地址和密钥。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/drawing.py"/>
        <source>d MMM HH:mm</source>
        <comment>a moment</comment>
        <translation>M月d日 HH:mm</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>success</source>
        <translation>成功率</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Newest runs</source>
        <translation>最近的运行</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>first token</source>
        <translation>首个 token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>took</source>
        <translation>用时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>{0} failed</source>
        <translation>{0} 次失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Success</source>
        <translation>成功率</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>{0} answered</source>
        <translation>{0} 次得到回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>First token</source>
        <translation>首个 token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p95 {0}</source>
        <translation>p95 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Tokens in</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Tokens out</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Cost</source>
        <translation>花费</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>, {0} unpriced</source>
        <translation>，{0} 个价格未知</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Figures</source>
        <translation>数据</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Failures by class</source>
        <translation>按类别的失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Breakers</source>
        <translation>熔断器</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Error budgets</source>
        <translation>错误预算</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Copy as JSON</source>
        <translation>复制为 JSON</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Error budget left</source>
        <translation>剩余错误预算</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>First token over time</source>
        <translation>首个 token 用时的变化</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>Nothing was measured in this time.</source>
        <translation>这段时间内没有测量。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>p50 {0}</source>
        <translation>p50 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>p99 {0}</source>
        <translation>p99 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>of {0}</source>
        <translation>共 {0} 个</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>How long first tokens took</source>
        <translation>首个 token 的用时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>Trace of {0}</source>
        <translation>{0} 的追踪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>Spans of the run</source>
        <translation>运行的步骤</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>There is no trace of this run any more; traces are kept for a while only.</source>
        <translation>此运行的追踪已不存在；追踪只保留一段时间。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/answer_document.py"/>
        <source>Copy this code</source>
        <translation>复制这段代码</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/context_menu.py"/>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/context_menu.py"/>
        <source>Copy link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/context_menu.py"/>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>You stopped this answer.</source>
        <translation>您停止了这次回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This answer was interrupted before it was complete.</source>
        <translation>这次回答在完成前被中断。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This answer failed.</source>
        <translation>这次回答失败了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This run waits for an approval.</source>
        <translation>此运行正在等待审批。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>waits</source>
        <translation>等待中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>runs</source>
        <translation>运行中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>You: {0}</source>
        <translation>您：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>The model&apos;s thinking: {0}</source>
        <translation>模型的思考：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>The model&apos;s thinking</source>
        <translation>模型的思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entry_text.py"/>
        <source>Messages that are still to be loaded</source>
        <translation>尚未加载的消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/find_bar.py"/>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open a link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open this address of {0}?</source>
        <translation>打开 {0} 的这个地址？</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open this address?</source>
        <translation>打开这个地址？</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>… and {0} more characters, which the model was sent too.</source>
        <translation>…还有 {0} 个字符，也已发送给模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Thinking</source>
        <comment>going on</comment>
        <translation>正在思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Thought</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Waits for your approval.</source>
        <translation>正在等待您批准。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>None yet.</source>
        <translation>尚无。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>… and {0} more characters, which the model read too.</source>
        <translation>…还有 {0} 个字符，模型也已读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Copy this answer</source>
        <translation>复制这个回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Answer again, in a new session</source>
        <translation>在新会话中重新回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Go on from here in a new session</source>
        <translation>从这里在新会话中继续</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Show where the time went</source>
        <translation>查看时间花在哪里</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Edit and send again, in a new session</source>
        <translation>编辑后在新会话中重新发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Hide details of {0}</source>
        <translation>隐藏{0}的详情</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Show details of {0}</source>
        <translation>显示{0}的详情</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>what went wrong</source>
        <translation>出错情况</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>the model&apos;s thinking</source>
        <translation>模型的思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Review what waits for your approval</source>
        <translation>查看等待您批准的操作</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Ask this prompt again</source>
        <translation>重新提出这个问题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Let the answer go on where it stopped</source>
        <translation>让回答从中断处继续</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Try again to get an answer</source>
        <translation>重试以获得回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} was being tried with one request; its end was waited for.</source>
        <translation>曾以一个请求试探 {0}，并等待其结束。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0}, so it is asked again.</source>
        <translation>{0}，因此再次请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>It says: “{0}”</source>
        <translation>对方的说明：“{0}”</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} is to be asked again after {1}.</source>
        <translation>将在 {1}后再次请求 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>You went on with {0} instead of waiting.</source>
        <translation>您没有等待，改用 {0} 继续。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} goes on.</source>
        <translation>由 {0} 继续。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/view.py"/>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/way_to_end.py"/>
        <source>Go to the end</source>
        <translation>转到末尾</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Open Roku</source>
        <translation>打开 Roku</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Paused: nothing is sent</source>
        <translation>已暂停：不发送任何内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Pending approvals ({0})</source>
        <translation>待审批（{0}）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Pause: send nothing</source>
        <translation>暂停：不发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/trouble_page.py"/>
        <source>Roku could not start</source>
        <translation>Roku 无法启动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>first token {0}</source>
        <translation>首个 token {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>{0} tok/s</source>
        <translation>{0} token/秒</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>The disk has room again: traces, the log and long outputs of tools are kept.</source>
        <translation>磁盘又有空间了：跟踪记录、日志和工具的长输出会继续保存。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>The disk has only {0} left: free some space; traces, the log and long outputs are not kept.</source>
        <translation>磁盘只剩 {0}：请腾出一些空间；跟踪记录、日志和长输出暂不保存。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>{0} ms</source>
        <translation>{0} 毫秒</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>{0} min {1} s</source>
        <translation>{0} 分 {1} 秒</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>d MMM yyyy</source>
        <comment>a date</comment>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>d MMM</source>
        <comment>a date</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>Something inside the program went wrong ({0}).</source>
        <translation>程序内部出了问题（{0}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>Try again; if it stays, start the program with --debug and report what it prints.</source>
        <translation>请再试一次；如果问题仍在，请用 --debug 启动程序并报告其输出。</translation>
    </message>
</context>
</TS>
