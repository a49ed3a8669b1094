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
        <source>Run in {0}</source>
        <translation>在 {0} 中运行</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Run Python in {0}</source>
        <translation>在 {0} 中运行 Python</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Fetch from {0}</source>
        <translation>从 {0} 获取</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Create {0}</source>
        <translation>创建 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Write {0}</source>
        <translation>写入 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Edit {0}</source>
        <translation>编辑 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked {0} in “{1}”</source>
        <translation>{0} 在“{1}”中提出</translation>
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
        <translation>输入 {0} 的密钥…</translation>
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
        <location filename="../../roku_desktop/ui/composing/completion_popup.py"/>
        <source>Commands that fit</source>
        <translation>匹配的命令</translation>
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
        <location filename="../../roku_desktop/ui/composing/context_ring.py"/>
        <source>Context: about {0} of {1} tokens ({2} %), estimated</source>
        <translation>上下文：约 {0} / {1} 个 token（{2}%），估计值</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/file_popup.py"/>
        <source>Files that fit</source>
        <translation>匹配的文件</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/file_references.py"/>
        <source>“{0}” was only named: the files of one prompt may hold {1} KB of text together.</source>
        <translation>仅提到了“{0}”的名称：一条消息所附文件的文本合计不能超过 {1} KB。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/file_references.py"/>
        <source>“{0}” was only named, because it is larger than {1} KB; the model can read parts of it.</source>
        <translation>“{0}”大于 {1} KB，因此仅提到了名称；模型可以分段读取它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/image_strip.py"/>
        <source>pasted image</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/image_strip.py"/>
        <source>Attached image: {0}</source>
        <translation>附加的图片：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/image_strip.py"/>
        <source>Remove the image {0}</source>
        <translation>移除图片 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/instructions_page.py"/>
        <source>Standing instructions</source>
        <translation>长期指示</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/instructions_page.py"/>
        <source>The model reads this with every prompt; edit the file to change it.</source>
        <translation>模型在每次提示时都会读到这些内容；要修改请编辑该文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/prompt_edit.py"/>
        <source>Ask anything</source>
        <translation>尽管问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/prompt_edit.py"/>
        <source>Prompt</source>
        <translation>消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/prompt_edit.py"/>
        <source>Only text can be added here, and files that hold text.</source>
        <translation>这里只能添加文本，以及内容为文本的文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/prompt_edit.py"/>
        <source>What was pasted is no text, so it was not added.</source>
        <translation>粘贴的内容不是文本，因此没有添加。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/prompt_edit.py"/>
        <source>That is more than a prompt holds ({0} characters): save it as a file in the workspace and name it with @.</source>
        <translation>这超过了一条消息的容量（{0} 个字符）：请把它保存为工作区中的文件，然后用 @ 引用。</translation>
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
        <location filename="../../roku_desktop/ui/composing/text_files.py"/>
        <source>Only the first {0} files were taken; drop the others after this prompt.</source>
        <translation>只采用了前 {0} 个文件；其余文件请在这条消息之后再拖入。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/text_files.py"/>
        <source>“{0}” is not a file that can be read; name folders in the prompt instead.</source>
        <translation>“{0}”不是可读取的文件；文件夹请在消息中写出名称。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/text_files.py"/>
        <source>“{0}” can&apos;t be read ({1}).</source>
        <translation>无法读取“{0}”（{1}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/text_files.py"/>
        <source>“{0}” is larger than {1} KB: put it into the workspace and ask for the part that matters.</source>
        <translation>“{0}”大于 {1} KB：请把它放进工作区，再询问其中重要的部分。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/text_files.py"/>
        <source>“{0}” is not a text file in UTF-8; only such text can be added to a prompt.</source>
        <translation>“{0}”不是 UTF-8 文本文件；消息中只能添加这种文本。</translation>
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
        <source>{0} · {1}</source>
        <translation>{0} · {1}</translation>
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
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
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
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>Roku did not end in order last time</source>
        <translation>Roku 上次没有正常结束</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>What was on the screen is kept. To tell the makers, copy this and send it.</source>
        <translation>屏幕上的内容都已保留。如要告诉开发者，请复制这份报告并发送。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/crash_report.py"/>
        <source>The report can&apos;t be read ({0}).</source>
        <translation>无法读取报告（{0}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/export_file.py"/>
        <source>“{0}” could not be written ({1}): choose another folder.</source>
        <translation>无法写入“{0}”（{1}）：请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>Untitled session</source>
        <translation>无标题会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>Starred</source>
        <translation>已加星标</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>{0} answered</source>
        <translation>{0} 次得到回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>Image: {0}</source>
        <translation>图片：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>The model&apos;s thinking</source>
        <translation>模型的思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>Asked for {0}</source>
        <translation>请求 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/exporting/html_document.py"/>
        <source>This answer is not complete.</source>
        <translation>这个回答不完整。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>First start</source>
        <translation>首次启动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Write now</source>
        <translation>立即开始</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Use my key</source>
        <translation>使用我的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>For Anthropic, OpenAI or OpenRouter. It is kept in the system keyring and tried at once.</source>
        <translation>用于 Anthropic、OpenAI 或 OpenRouter。密钥保存在系统钥匙串中，并立即测试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>What can I help you with?</source>
        <translation>有什么可以帮您？</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Just write below, or choose who answers. You can change that at any time.</source>
        <translation>直接在下方输入，或选择由谁回答。随时可以更改。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Nothing is sent anywhere before you choose; only this computer was asked what runs on it.</source>
        <translation>在您选择之前不会发送任何内容；只查看了这台电脑上运行着什么。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>{0} answers on this computer, without a network. It is small: fine for a first try.</source>
        <translation>{0} 在这台电脑上回答，无需网络。它很小，适合初次尝试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Use {0}</source>
        <translation>使用 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>It runs on this computer, with {0}.</source>
        <translation>它在这台电脑上运行，带有 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>None was found. Start Ollama, LM Studio, llama.cpp or vLLM, and look again.</source>
        <translation>没有找到。请启动 Ollama、LM Studio、llama.cpp 或 vLLM，再查找一次。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/first_start/page.py"/>
        <source>Look for a server here</source>
        <translation>查找本机服务器</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/macos.py"/>
        <source>this keyboard lacks it</source>
        <translation>此键盘没有该键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/macos.py"/>
        <source>another program uses it, or this keyboard lacks it</source>
        <translation>其他程序占用了它，或此键盘没有该键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>this desktop lets no program have one</source>
        <translation>此桌面不允许程序使用全局快捷键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>it was not allowed</source>
        <translation>未获允许</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/portal.py"/>
        <source>Open the quick prompt of Roku</source>
        <translation>打开 Roku 的快速提问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/hotkey/x11.py"/>
        <source>the X server can&apos;t be asked</source>
        <translation>无法询问 X 服务器</translation>
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
        <location filename="../../roku_desktop/ui/memory/calls.py"/>
        <source>Exported to {0}</source>
        <translation>已导出到 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>All conversations</source>
        <translation>所有对话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>Workspace {0}</source>
        <translation>工作区 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>One conversation</source>
        <translation>一个对话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>kept by you</source>
        <translation>由您保存</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>kept by the model, with your consent</source>
        <translation>经您同意由模型保存</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/model.py"/>
        <source>noted from what you said</source>
        <translation>摘自您说的话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Search what is remembered</source>
        <translation>搜索记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Text to remember</source>
        <translation>要记住的内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>A fact for later conversations, for instance: Answer in French.</source>
        <translation>供以后对话使用的事实，例如：用法语回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Where it holds</source>
        <translation>适用范围</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>For all conversations</source>
        <translation>适用于所有对话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>For this workspace</source>
        <translation>适用于此工作区</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>For this conversation</source>
        <translation>适用于此对话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Remember</source>
        <translation>记住</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>What is remembered, newest first</source>
        <translation>记忆，最新的在前</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Undo</source>
        <translation>撤销删除</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>It is forgotten.</source>
        <translation>已忘记。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Nothing of that is remembered.</source>
        <translation>没有与此相关的记忆。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Nothing is remembered yet. What you write below goes with later prompts where it may help.</source>
        <translation>还没有记忆。您在下面写下的内容会在有帮助时随以后的提示一起发送。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/memory/window.py"/>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>RateLimit</source>
        <comment>failure</comment>
        <translation>请求过于频繁</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>ServerOverloaded</source>
        <comment>failure</comment>
        <translation>服务过载</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>ServerError</source>
        <comment>failure</comment>
        <translation>服务出错</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>Timeout</source>
        <comment>failure</comment>
        <translation>超时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>ConnectionFailed</source>
        <comment>failure</comment>
        <translation>连接失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>TlsFailed</source>
        <comment>failure</comment>
        <translation>安全连接失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>StreamInterrupted</source>
        <comment>failure</comment>
        <translation>回答中断</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>MalformedResponse</source>
        <comment>failure</comment>
        <translation>响应无法识别</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>InvalidRequest</source>
        <comment>failure</comment>
        <translation>请求无效</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>AuthenticationFailed</source>
        <comment>failure</comment>
        <translation>密钥无效</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>QuotaExceeded</source>
        <comment>failure</comment>
        <translation>额度已用完</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>ContextWindowExceeded</source>
        <comment>failure</comment>
        <translation>超出上下文长度</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>ContentRefused</source>
        <comment>failure</comment>
        <translation>内容被拒绝</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>BudgetExceeded</source>
        <comment>failure</comment>
        <translation>超出预算</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>NoEligibleModel</source>
        <comment>failure</comment>
        <translation>没有可用的模型</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>BreakerOpen</source>
        <comment>failure</comment>
        <translation>熔断中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>Cancelled</source>
        <comment>failure</comment>
        <translation>已取消</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>Fatal</source>
        <comment>failure</comment>
        <translation>程序错误</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>running</source>
        <comment>run</comment>
        <translation>运行中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>completed</source>
        <comment>run</comment>
        <translation>已完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>failed</source>
        <comment>run</comment>
        <translation>失败</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>cancelled</source>
        <comment>run</comment>
        <translation>已停止</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>interrupted</source>
        <comment>run</comment>
        <translation>已中断</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>parked</source>
        <comment>run</comment>
        <translation>等待审批</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>database</source>
        <comment>storage</comment>
        <translation>数据库</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>snapshots</source>
        <comment>storage</comment>
        <translation>快照</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>traces</source>
        <comment>storage</comment>
        <translation>追踪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>logs</source>
        <comment>storage</comment>
        <translation>日志</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>images</source>
        <comment>storage</comment>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>tool output</source>
        <comment>storage</comment>
        <translation>工具输出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>spool</source>
        <comment>storage</comment>
        <translation>待发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/names.py"/>
        <source>other</source>
        <comment>storage</comment>
        <translation>其他</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/notices/bus.py"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/keys_page.py"/>
        <source>Keys and commands</source>
        <translation>按键与命令</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/keys_page.py"/>
        <source>Type what you look for</source>
        <translation>输入要查找的内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/keys_page.py"/>
        <source>Find a key or a command</source>
        <translation>查找按键或命令</translation>
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
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Type a command or the title of a session</source>
        <translation>输入命令或会话标题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/pictures.py"/>
        <source>“{0}” is not an image that can be shown.</source>
        <translation>“{0}”不是可以显示的图片。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/pictures.py"/>
        <source>This image is no longer in the home folder.</source>
        <translation>这张图片已不在主文件夹中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Quick prompt</source>
        <translation>快速提问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Stop ({0})</source>
        <translation>停止（{0}）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/quick/prompt.py"/>
        <source>Enter sends · {0} goes on in the window · Esc hides</source>
        <translation>Enter 发送 · {0} 在窗口中继续 · Esc 隐藏</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>1 second</source>
        <translation>1 秒</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>%Ln seconds</source>
        <translation><numerusform>%Ln 秒</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>1 minute</source>
        <translation>1 分钟</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>%Ln minutes</source>
        <translation><numerusform>%Ln 分钟</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>%Ln hours</source>
        <translation><numerusform>%Ln 小时</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/retelling.py"/>
        <source>%Ln days</source>
        <translation><numerusform>%Ln 天</numerusform></translation>
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
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Home</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Copy what stands here</source>
        <translation>复制以上内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Parts and their licences</source>
        <translation>组成部分及其许可</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Roku Desktop stands under the Apache License 2.0, and is built on:</source>
        <translation>Roku Desktop 采用 Apache License 2.0 许可，基于以下项目：</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>Roku Desktop {0} is there: {1}</source>
        <translation>Roku Desktop {0} 已发布：{1}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>This is the newest version.</source>
        <translation>这是最新版本。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/about_page.py"/>
        <source>see its own page</source>
        <translation>见其主页</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} gave no answer within {1} s.</source>
        <translation>{0} 在 {1} 秒内没有应答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>1 model</source>
        <translation>1 个模型</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>%Ln models</source>
        <translation><numerusform>%Ln 个模型</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} answered in {1} ms and lists {2}.</source>
        <translation>{0} 在 {1} 毫秒内应答，列出 {2}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/calls.py"/>
        <source>{0} were freed.</source>
        <translation>已释放 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>No collector is named: type its address first.</source>
        <translation>没有指定收集器：请先输入其地址。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>{0} took {1}.</source>
        <translation>{0} 已接收 {1}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/collector_test.py"/>
        <source>{0} did not take {1}: {2}</source>
        <translation>{0} 没有接收 {1}：{2}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/fields.py"/>
        <source>On</source>
        <comment>of a switch</comment>
        <translation>开</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Show what I type</source>
        <translation>显示输入内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Keep and test</source>
        <translation>保存并测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Delete the kept key</source>
        <translation>删除已保存的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Key of the collector</source>
        <translation>收集器的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Key for {0}</source>
        <translation>{0} 的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Paste the key here</source>
        <translation>在此粘贴密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Looking for the system keyring…</source>
        <translation>正在查找系统钥匙串…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Use the key in {0}</source>
        <translation>使用 {0} 中的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>It is kept in the system keyring ({0}), never in a file.</source>
        <translation>它保存在系统钥匙串（{0}）中，绝不存入文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>The kept key was deleted.</source>
        <translation>已保存的密钥已删除。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>You get one at {0}.</source>
        <translation>可在 {0} 获取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Keeping it and asking {0}…</source>
        <translation>正在保存并询问 {0}…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/key_entry.py"/>
        <source>Really delete it?</source>
        <translation>确定要删除吗？</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Providers and keys</source>
        <translation>服务商和密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>provider, key, keyring, address, model, Anthropic, OpenAI, OpenRouter, Ollama</source>
        <translation>服务商、密钥、钥匙串、地址、模型、Anthropic、OpenAI、OpenRouter、Ollama</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Defaults and budgets</source>
        <translation>默认值和预算</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>model, thinking, workspace, budget, limit, cost</source>
        <translation>模型、思考、工作区、预算、限额、花费</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>rules, revoke, approve without asking</source>
        <translation>规则、撤销、不询问直接批准</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Telemetry</source>
        <translation>运行状况</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>OTLP, OpenTelemetry, collector, Prometheus, metrics, traces, test</source>
        <translation>OTLP、OpenTelemetry、收集器、Prometheus、指标、追踪、测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>disk, space, caps, delete, prune, home</source>
        <translation>磁盘、空间、上限、删除、清理、主文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Appearance and language</source>
        <translation>外观和语言</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>theme, dark, light, text size, motion, English, Chinese</source>
        <translation>主题、深色、浅色、文字大小、动效、英文、中文</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Tray and desktop</source>
        <translation>托盘与桌面</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>tray, close, login, start, quick prompt, shortcut, hotkey, notifications</source>
        <translation>托盘，关闭，登录，启动，快速提问，快捷键，热键，通知</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>proxy, certificate, CA, TLS</source>
        <translation>代理、证书、CA、TLS</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>retries, timeouts, breaker, pin, failover, tools, context</source>
        <translation>重试、超时、熔断、固定、切换、工具、上下文</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/kinds.py"/>
        <source>version, licences, paths, home, log</source>
        <translation>版本、许可、路径、主文件夹、日志</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>What is remembered</source>
        <translation>记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Memories that go with a prompt</source>
        <translation>随提示一起发送的记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>The ones that fit it best; 0 = none.</source>
        <translation>最相关的几条；0 表示不发送。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Note what I decide</source>
        <translation>记下我的决定</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>What you decide or wish in a prompt is remembered for its workspace; /memory shows it.</source>
        <translation>您在提示中作出的决定和提出的愿望，会为其工作区记下；/memory 可查看。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Found by</source>
        <translation>查找方式</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>They are kept in the home; OpenViking, a service that you run, finds them by meaning.</source>
        <translation>记忆保存在主文件夹中；OpenViking 是您运行的服务，可按含义查找。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Their words, in the home</source>
        <translation>按字词，在主文件夹中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Their meaning, by OpenViking</source>
        <translation>按含义，由 OpenViking 查找</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Where OpenViking answers</source>
        <translation>OpenViking 的地址</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Memories looked at for a prompt</source>
        <translation>为每条提示查看的记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/memory_rows.py"/>
        <source>Memories written at once</source>
        <translation>一次写入的记忆</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Answers in new sessions.</source>
        <translation>在新会话中回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Workspace</source>
        <translation>工作区</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>The folder new sessions work in.</source>
        <translation>新会话工作的文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Key…</source>
        <translation>密钥…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sent as a bearer token. Other headers come from the variable OTEL_EXPORTER_OTLP_HEADERS.</source>
        <translation>以 Bearer 令牌发送。其他标头来自变量 OTEL_EXPORTER_OTLP_HEADERS。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Send a test</source>
        <translation>发送测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sends one empty report to the collector that is named above.</source>
        <translation>向上面指定的收集器发送一份空报告。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>What lies in the home</source>
        <translation>主文件夹中的内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Free it now</source>
        <translation>立即释放</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Can be freed</source>
        <translation>可释放</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>{0} days</source>
        <translation>{0} 天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>{0} are past their time or limit. Messages are never among them.</source>
        <translation>{0} 已超过期限或上限。其中绝不包括消息。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Everything is within its limits.</source>
        <translation>一切都在限额之内。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Freeing…</source>
        <translation>正在释放…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Sessions and figures</source>
        <translation>会话和数据</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Copies from before upgrades</source>
        <translation>升级前的副本</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Traces</source>
        <translation>追踪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Attached images</source>
        <translation>附加的图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Output of tools</source>
        <translation>工具输出</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Waiting for the collector</source>
        <translation>等待发往收集器</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/other_pages.py"/>
        <source>Other files</source>
        <translation>其他文件</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any OpenAI-compatible service</source>
        <translation>任何兼容 OpenAI 的服务</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any service with OpenAI&apos;s Responses API</source>
        <translation>任何采用 OpenAI Responses API 的服务</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Any service with Anthropic&apos;s API</source>
        <translation>任何采用 Anthropic API 的服务</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>OpenAI-compatible (chat completions)</source>
        <translation>兼容 OpenAI（chat completions）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>OpenAI Responses API</source>
        <translation>OpenAI Responses API</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>Anthropic messages API</source>
        <translation>Anthropic messages API</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/presets.py"/>
        <source>On this computer, without a key</source>
        <translation>在这台电脑上，无需密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>What the vendor&apos;s own tools would be given: with /v1, except for Anthropic&apos;s API.</source>
        <translation>与厂商自家工具所用的相同：带 /v1，Anthropic 的 API 除外。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>The one that is asked first.</source>
        <translation>首先请求的模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>what the service lists first</source>
        <translation>服务列出的第一个</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Asked next</source>
        <translation>其次请求</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Models that stand in for it, with commas between.</source>
        <translation>可替代它的模型，用逗号分隔。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Context window</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>what the service tells</source>
        <translation>由服务告知</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>the model&apos;s own limit</source>
        <translation>模型自身的上限</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>May stand in</source>
        <translation>可否顶替</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>By itself</source>
        <translation>可自动顶替</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Only if you say so</source>
        <translation>经您同意才可</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Whether another provider&apos;s questions may go to it.</source>
        <translation>其他服务商的问题是否可以交给它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Stands in for others</source>
        <translation>替代其他服务商</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>The lowest number is asked first.</source>
        <translation>数字最小的先请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Region</source>
        <translation>地区</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Only a provider of the same region stands in for it.</source>
        <translation>只有同一地区的服务商才可替代它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Letters and digits, with . - _ between.</source>
        <translation>字母和数字，中间可用 . - _。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Save and test</source>
        <translation>保存并测试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Add a provider</source>
        <translation>添加服务商</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Settings of {0}</source>
        <translation>{0} 的设置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>Type a name.</source>
        <translation>请输入名称。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/provider_form.py"/>
        <source>There is a provider called {0} already.</source>
        <translation>已有名为 {0} 的服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Add a key…</source>
        <translation>添加密钥…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Asking {0}…</source>
        <translation>正在询问 {0}…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Test asks a service for its models: that needs its address and key, and costs nothing.</source>
        <translation>测试会向服务查询其模型：需要地址和密钥，不产生费用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Keys are kept in the system keyring ({0}), never in a file.</source>
        <translation>密钥保存在系统钥匙串（{0}）中，绝不存入文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>There is a key for {0} in the variable {1}.</source>
        <translation>变量 {1} 中有 {0} 的密钥。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>Keep it and use it</source>
        <translation>保存并使用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>runs inside the program</source>
        <translation>在程序内运行</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>found on this computer</source>
        <translation>在这台电脑上找到</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/providers_page.py"/>
        <source>asked without a key</source>
        <translation>无密钥请求</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/rows.py"/>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/rows.py"/>
        <source>Reset: {0}</source>
        <translation>重置：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Set by the variable {0}; unset it to change this here.</source>
        <translation>由变量 {0} 设置；取消该变量后才能在此更改。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>From {0}</source>
        <translation>来自 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>From {0}, cut from {1} to the limit {2}</source>
        <translation>来自 {0}，从 {1} 降到上限 {2}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a whole address, such as http://127.0.0.1:8000.</source>
        <translation>请输入完整地址，例如 http://127.0.0.1:8000。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a whole number from {0} to {1}.</source>
        <translation>请输入 {0} 到 {1} 之间的整数。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/states.py"/>
        <source>Type a number from {0} to {1}.</source>
        <translation>请输入 {0} 到 {1} 之间的数字。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What may be spent</source>
        <translation>可花费多少</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How far one turn may go</source>
        <translation>一轮对话可走多远</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>no limit</source>
        <translation>无上限</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>US dollars</source>
        <translation>美元</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>When a provider is in trouble</source>
        <translation>服务商出问题时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much tools read at once</source>
        <translation>工具一次读取多少</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much models are asked to think before they answer, from the next prompt on.</source>
        <translation>要求模型在回答前思考多少，从下一条消息起生效。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Thinking as configured</source>
        <translation>按配置的思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What a model may spend on thinking where “As configured” is chosen above.</source>
        <translation>上面选择“按配置”时，模型可用于思考的量。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>no thinking</source>
        <translation>不思考</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One question</source>
        <translation>单次提问</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>With all its steps. A request that would pass a limit is not sent.</source>
        <translation>包括其所有步骤。会超过上限的请求不会发送。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One session</source>
        <translation>单个会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>All its questions together.</source>
        <translation>其所有提问合计。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>One day</source>
        <translation>一天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>All sessions together, from midnight on.</source>
        <translation>从午夜起，所有会话合计。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Warn at</source>
        <translation>提醒界限</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How much of a limit is used when a warning comes.</source>
        <translation>用到上限的多少时发出提醒。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>How often the model may be asked for one answer.</source>
        <translation>一个回答中最多可请求模型多少次。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Failed tool calls</source>
        <translation>失败的工具调用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>After so many the turn ends and says why.</source>
        <translation>达到此数后，这一轮结束并说明原因。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Undecided calls expire after</source>
        <translation>未决定的调用过期时间</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A call that nobody decided on by then counts as refused.</source>
        <translation>到时仍无人决定的调用视为拒绝。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Collector (OTLP)</source>
        <translation>收集器（OTLP）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Where metrics and traces are sent. Without an address nothing leaves this computer.</source>
        <translation>指标和追踪发送到哪里。没有地址时，任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>nothing is sent</source>
        <translation>不发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What is sent</source>
        <translation>发送内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>With contents</source>
        <translation>包含内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Prompts, answers and what tools are given and say. Off, only figures and timings are kept.</source>
        <translation>消息、回答以及工具的输入和输出。关闭时只保留数据和用时。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>From which level on the log in the home is kept.</source>
        <translation>主文件夹中的日志从哪个级别起保留。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Page for Prometheus</source>
        <translation>Prometheus 页面</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A port on this computer alone; 0 = no page.</source>
        <translation>仅限本机的端口；0 表示不提供页面。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Steps of finished runs are kept</source>
        <translation>已结束运行的步骤保留</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Messages stay until you delete their session.</source>
        <translation>消息会一直保留，直到您删除其会话。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>copies</source>
        <translation>份</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>What the command line and the log say stays English.</source>
        <translation>命令行和日志仍使用英文。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>On top of the size that the system says.</source>
        <translation>在系统文字大小的基础上。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Reduced motion</source>
        <translation>减少动效</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Nothing blinks, and menus don&apos;t fade.</source>
        <translation>不闪烁，菜单不淡入淡出。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>When the window is closed</source>
        <translation>关闭窗口时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>On a desktop without a tray Roku always ends then.</source>
        <translation>桌面没有托盘时，Roku 总会随之结束。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Roku stays in the tray</source>
        <translation>Roku 留在托盘中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Roku ends</source>
        <translation>Roku 结束运行</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Into the tray.</source>
        <translation>启动到托盘。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Key of the quick prompt</source>
        <translation>快速提问的快捷键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>In every program. The command `roku-desktop quick` does the same.</source>
        <translation>在任何程序中都有效。命令 `roku-desktop quick` 效果相同。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>No key</source>
        <translation>无快捷键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Titles in notifications</source>
        <translation>通知中的标题</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>The title of a session or a call, where anybody may read the screen.</source>
        <translation>会话或调用的标题；屏幕可能被任何人看到。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Used instead of the system&apos;s. One that needs a password belongs into the variable HTTPS_PROXY.</source>
        <translation>代替系统代理使用。需要密码的代理应写入变量 HTTPS_PROXY。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>as the system says</source>
        <translation>按系统设置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Further certificate authority</source>
        <translation>其他证书颁发机构</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>A PEM file, trusted beside those of the system. Certificates are always verified.</source>
        <translation>PEM 文件，与系统的颁发机构一同受信任。证书始终会被验证。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>the system&apos;s alone</source>
        <translation>仅系统的</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Release feed</source>
        <translation>版本信息地址</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Asked for a newer version at each start and each day; you get a sentence and a link.</source>
        <translation>每次启动和每天向它询问是否有新版本；您只会看到一句话和一个链接，不会有别的动作。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>none: nobody is asked</source>
        <translation>无：不询问任何人</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Pinned provider</source>
        <translation>固定的服务商</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Only this one answers; nobody can switch until the pin is removed.</source>
        <translation>只由它回答；在移除固定之前无人能切换。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>none: people choose</source>
        <translation>无：由人选择</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Who may answer</source>
        <translation>谁可以回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>May stand in for it</source>
        <translation>可替代它</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Names of providers with commas between, the first one first.</source>
        <translation>服务商名称，用逗号分隔，排前者优先。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>nobody</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Retries of one request</source>
        <translation>单个请求的重试次数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Wait before the first retry</source>
        <translation>首次重试前的等待</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Longest wait</source>
        <translation>最长等待</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Failures that open the breaker</source>
        <translation>触发熔断的失败次数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Then it is left alone for</source>
        <translation>熔断后暂停使用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>To reach the server</source>
        <translation>连接服务器</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Until the answer begins</source>
        <translation>直到开始回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Without any byte</source>
        <translation>没有任何字节</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Without content</source>
        <translation>没有内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>For the whole answer</source>
        <translation>整个回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Bytes of a file</source>
        <translation>文件的字节数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Entries of a folder</source>
        <translation>文件夹的条目数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Matches of a search by name</source>
        <translation>按名称搜索的匹配数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Entries visited by one search</source>
        <translation>一次搜索访问的条目数</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Assumed where nothing better is known of a model.</source>
        <translation>对模型没有更多了解时采用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/table.py"/>
        <source>Others</source>
        <translation>其他</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Find a setting</source>
        <translation>查找设置</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>What is in force is older than the file: {0}</source>
        <translation>当前生效的配置比文件旧：{0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>OK</source>
        <translation>好</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/settings/window.py"/>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Attach images…</source>
        <translation>附加图片…</translation>
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
        <source>Star the newest answer, or take its star away</source>
        <translation>为最新回答加星标，或取消星标</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Starred answers</source>
        <translation>已加星标的回答</translation>
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
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Export as web page…</source>
        <translation>导出为网页…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Print to PDF…</source>
        <translation>打印为 PDF…</translation>
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
        <source>What is remembered…</source>
        <translation>记忆…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Rules that approve without asking…</source>
        <translation>不再询问、直接批准的规则…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Start at login, into the tray: on or off</source>
        <translation>登录时启动到托盘：开或关</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Quick prompt from anywhere: its key on or off</source>
        <translation>随处快速提问：开启或关闭其快捷键</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/shortcuts.py"/>
        <source>Notifications: titles of sessions and calls, shown or not</source>
        <translation>通知：是否显示会话和调用的标题</translation>
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
        <location filename="../../roku_desktop/ui/steering/desk.py"/>
        <source>A prompt with images can&apos;t wait in the queue: send it after this answer.</source>
        <translation>带图片的提示不能排队：请在此回答结束后发送。</translation>
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
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Export session</source>
        <translation>导出会话</translation>
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
        <translation>不再有快捷键打开快速提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>it is no combination with Ctrl, Alt or a function key</source>
        <translation>它不是包含 Ctrl、Alt 或功能键的组合</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>{0} opens the quick prompt from anywhere.</source>
        <translation>{0} 可随处打开快速提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/hotkey.py"/>
        <source>{0} can&apos;t open the quick prompt ({1}): give the command `roku-desktop quick` a key in the settings of your desktop.</source>
        <translation>{0} 无法打开快速提问（{1}）：请在桌面设置中为命令 `roku-desktop quick` 指定快捷键。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/images.py"/>
        <source>Attach images</source>
        <translation>附加图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/images.py"/>
        <source>Images</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>In the window</source>
        <translation>在窗口中</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>While writing</source>
        <translation>书写时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>Typed at the beginning of a prompt</source>
        <translation>在消息开头输入</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>Begin a new line</source>
        <translation>换行</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>Bring back an earlier prompt</source>
        <translation>取回之前的消息</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>A command</source>
        <translation>命令</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>A file of the workspace, whose text goes along</source>
        <translation>工作区中的文件，其文本会一并发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/keys_page.py"/>
        <source>Complete what is offered</source>
        <translation>补全所列内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>{0} is down; until it returns, memories are found by their words.</source>
        <translation>{0} 已停机；在它恢复之前，按字词查找记忆。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>{0} is back: it finds memories by their meaning.</source>
        <translation>{0} 已恢复：它又按含义查找记忆。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>This conversation has not begun: choose where else it holds.</source>
        <translation>此对话尚未开始：请选择其他适用范围。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>It is remembered for all conversations; /memory shows everything.</source>
        <translation>已为所有对话记住；/memory 可显示全部。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>{0} finds memories by their meaning.</source>
        <translation>{0} 按含义查找记忆。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>{0} can&apos;t be asked now, so memories are found by their words. {1}</source>
        <translation>现在无法询问 {0}，因此按字词查找记忆。{1}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/memory.py"/>
        <source>Export what is remembered</source>
        <translation>导出记忆</translation>
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
        <translation>从现在起，通知会显示会话和调用的标题。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Notifications show nothing of what is asked or answered from now on.</source>
        <translation>从现在起，通知不显示任何提问或回答的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Open Roku to see what it is.</source>
        <translation>打开 Roku 查看详情。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Roku waits for your approval</source>
        <translation>Roku 等待您的审批</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Your answer is ready</source>
        <translation>回答已就绪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>An answer failed</source>
        <translation>一个回答失败了</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/notices.py"/>
        <source>Show</source>
        <translation>显示</translation>
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
        <translation>{0} 已移除；其密钥（如有）仍保留在钥匙串中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/quick.py"/>
        <source>Images are attached in the window: go on there, and add it again.</source>
        <translation>图片要在窗口中附加：请转到那里，再次添加。</translation>
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
        <source>Roku starts with your session from now on, into the tray.</source>
        <translation>从现在起，Roku 会在您登录时启动到托盘。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Roku does not start with your session any more.</source>
        <translation>Roku 不再随登录启动。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Roku did not end in order last time; what was on the screen is kept.</source>
        <translation>Roku 上次没有正常结束；屏幕上的内容都已保留。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Show the report</source>
        <translation>查看报告</translation>
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
        <source>End plan mode and carry the plan out</source>
        <translation>结束计划模式并执行计划</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Send the older part of this conversation as a summary</source>
        <translation>将此对话较早的部分以摘要发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Begin a session, or go to one by its title</source>
        <translation>新建会话，或按标题打开会话</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Remember this for all conversations</source>
        <translation>为所有对话记住此内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>How the newest answer went</source>
        <translation>最新回答的过程</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Look for what is wrong here</source>
        <translation>检查哪里有问题</translation>
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
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>No session is called “{0}”. Ctrl+Shift+F searches in all of them.</source>
        <translation>没有名为“{0}”的会话。按 Ctrl+Shift+F 可在所有会话中搜索。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>There is nothing to shorten yet.</source>
        <translation>目前没有可压缩的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Writing a summary of the older part…</source>
        <translation>正在为较早的部分撰写摘要…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>About {0} tokens would become {1}. Nothing has changed; /compact does it.</source>
        <translation>约 {0} 个 token 会变为 {1} 个。尚未作任何更改；输入 /compact 即可执行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>About {0} tokens of this conversation are sent as {1} now; all of it stays here.</source>
        <translation>此对话约 {0} 个 token 现在以 {1} 个发送；全部内容仍保留在这里。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>There is no plan to carry out: /plan switches plan mode on first.</source>
        <translation>没有可执行的计划：请先用 /plan 打开计划模式。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Carry out the plan.</source>
        <translation>请执行该计划。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Looking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>The database is whole, and every provider that is set up can be asked.</source>
        <translation>数据库完好，所有已设置的服务商均可使用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/stars.py"/>
        <source>There is no answer here yet that could have a star.</source>
        <translation>这里还没有可以加星标的回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/stars.py"/>
        <source>No answer has a star yet: the star below an answer gives it one.</source>
        <translation>还没有加星标的回答：点击回答下方的星形即可加上。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/stars.py"/>
        <source>Type words of a starred answer or the title of a session</source>
        <translation>输入已加星标回答中的词或会话标题</translation>
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
        <source>The page for Prometheus is not there, as port {0} is in use: choose another in Settings.</source>
        <translation>Prometheus 页面没有打开，因为端口 {0} 已被占用：请在设置中另选一个。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>There is no trace yet: ask something first.</source>
        <translation>还没有追踪：请先提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/updates.py"/>
        <source>Roku Desktop {0} is there.</source>
        <translation>Roku Desktop {0} 已发布。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/updates.py"/>
        <source>Show page…</source>
        <translation>查看页面…</translation>
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
        <location filename="../../roku_desktop/ui/sub_agents.py"/>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sub_agents.py"/>
        <source>Waits for your approval.</source>
        <translation>正在等待您批准。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sub_agents.py"/>
        <source>Waiting for the model…</source>
        <translation>正在等待模型…</translation>
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
        <source>open · {0} s</source>
        <translation>熔断 · {0} 秒</translation>
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
        <source>open · next may try</source>
        <translation>熔断 · 可再试</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Nothing failed in this time.</source>
        <translation>这段时间内没有失败。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>{0} of {1}</source>
        <comment>sizes</comment>
        <translation>{0} / {1}</translation>
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
        <source>{0} unpriced today</source>
        <translation>今日 {0} 次无价格</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>, {0} unpriced</source>
        <translation>，{0} 个价格未知</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/memory_lamp.py"/>
        <source>Memories are found by their words, in the home.</source>
        <translation>记忆保存在主文件夹中，按字词查找。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/memory_lamp.py"/>
        <source>{0} has trouble; the home stands in.</source>
        <translation>{0} 出现问题；暂由主文件夹中的记忆代替，按字词查找。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/memory_lamp.py"/>
        <source>{0} is down; the home stands in.</source>
        <translation>{0} 已停机；暂由主文件夹中的记忆代替，按字词查找。</translation>
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
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>{0} d</source>
        <translation>{0} 天</translation>
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
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>The answer reached the limit of its length, so the model was asked to go on from there.</source>
        <translation>回答达到了长度上限，因此已请模型从那里继续。</translation>
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
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>1 remembered</source>
        <translation>记起 1 条</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>%Ln remembered</source>
        <translation><numerusform>记起 %Ln 条</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>Here 1 message became this summary</source>
        <translation>此处 1 条消息变成了这份摘要</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>Here %Ln messages became this summary</source>
        <translation><numerusform>此处 %Ln 条消息变成了这份摘要</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>about {0} tokens are sent as {1}</source>
        <translation>约 {0} 个 token 改以 {1} 个发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>Written by {0}; every message stays in this conversation.</source>
        <translation>由 {0} 撰写；所有消息仍保留在此对话中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>Put together without a model; every message stays in this conversation.</source>
        <translation>未用模型，由程序整理；所有消息仍保留在此对话中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>For 1 fact there was no room in it.</source>
        <translation>有 1 条事实放不下。</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>For %Ln facts there was no room in it.</source>
        <translation><numerusform>有 %Ln 条事实放不下。</numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>What it did</source>
        <translation>它做了什么</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>Nothing yet.</source>
        <translation>暂无。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>… and 1 more line</source>
        <translation>… 另有 1 行</translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/transcript/row_cards.py"/>
        <source>… and %Ln more lines</source>
        <translation><numerusform>… 另有 %Ln 行</numerusform></translation>
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
        <source>running…</source>
        <translation>运行中…</translation>
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
        <source>Task</source>
        <translation>任务</translation>
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
        <source>Star this answer</source>
        <translation>为此回答加星标</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Show where the time went</source>
        <translation>查看时间花在哪里</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Take the star from this answer</source>
        <translation>取消此回答的星标</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Edit and send again, in a new session</source>
        <translation>编辑后在新会话中重新发送</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Show the image {0}</source>
        <translation>显示图片 {0}</translation>
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
        <source>what was remembered</source>
        <translation>记起的内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>the summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Review what waits for your approval</source>
        <translation>查看等待您批准的操作</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Trace</source>
        <translation>追踪</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_spots.py"/>
        <source>Show what happened, step by step</source>
        <translation>逐步显示发生了什么</translation>
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
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>nothing that it names has changed since it was approved</source>
        <translation>它涉及的内容自批准以来没有改变</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>it was started at {time}</source>
        <translation>开始于 {time}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{named} and {count} more</source>
        <translation>{named} 等，另有 {count} 个</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>these files of the workspace changed since it was started, as far as {count} files tell: {files}</source>
        <translation>自开始以来，工作区中这些文件有改动（已查看 {count} 个文件）：{files}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>these files of the workspace changed since it was started: {files}</source>
        <translation>自开始以来，工作区中这些文件有改动：{files}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{path} is not there</source>
        <translation>{path} 不存在</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{path} holds exactly what was to be written</source>
        <translation>{path} 的内容正是要写入的内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{path} can&apos;t be read</source>
        <translation>无法读取 {path}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{path} was changed at {time}, after the start</source>
        <translation>{path} 在开始后的 {time} 被改动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/aftermath.py"/>
        <source>{path} has changed since it was approved</source>
        <translation>{path} 自批准以来已改动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/gate.py"/>
        <source>The person rejected this call; it did not run. They said: {comment}</source>
        <translation>这次调用被用户拒绝，没有运行。用户说：{comment}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/gate.py"/>
        <source>The person rejected this call; it did not run.</source>
        <translation>这次调用被用户拒绝，没有运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/gate.py"/>
        <source>Nobody decided on this call in time, so it did not run.</source>
        <translation>没有人及时决定这次调用，因此没有运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/gate.py"/>
        <source>This call was withdrawn; it did not run.</source>
        <translation>这次调用已撤回，没有运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/risk.py"/>
        <source>It is a tool that is not known.</source>
        <translation>这是一个未知的工具。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/risk.py"/>
        <source>How risky it is could not be found out.</source>
        <translation>无法判断其风险。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/risk.py"/>
        <source>It can change something.</source>
        <translation>它可能会改动内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/rules.py"/>
        <source>{tool}: any text into {files}</source>
        <translation>{tool}：向 {files} 写入任意文本</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/rules.py"/>
        <source>{tool}: exactly {what}</source>
        <translation>{tool}：正是 {what}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/rules.py"/>
        <source>{tool}: exactly {what} in {folder}</source>
        <translation>{tool}：在 {folder} 中正是 {what}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/bombs.py"/>
        <source>It starts copies of itself without end (a fork bomb).</source>
        <translation>它会无止境地启动自己的副本（fork 炸弹）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/code.py"/>
        <source>The program in it wipes {tree}.</source>
        <translation>其中的程序会清空{tree}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/code.py"/>
        <source>The program in it writes to the disk {path}.</source>
        <translation>其中的程序会直接写入磁盘 {path}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>It overwrites the disk {path}.</source>
        <translation>它会覆盖磁盘 {path}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>It overwrites {path}, without which the system doesn&apos;t work.</source>
        <translation>它会覆盖 {path}，没有这个文件系统无法工作。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>It formats {path}, and what is on it is lost.</source>
        <translation>它会格式化 {path}，其中的内容会丢失。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>`nwipe` erases every disk here.</source>
        <translation>`nwipe` 会擦除这里的每一个磁盘。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>It rewrites the partitions or the content of {path}.</source>
        <translation>它会改写 {path} 的分区或内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/disks.py"/>
        <source>`{program}` destroys a disk or a volume here, and what is on it is lost.</source>
        <translation>`{program}` 在这里会毁掉一个磁盘或卷，其中的内容会丢失。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>`{program}` is not on the short list of programs that only read.</source>
        <translation>`{program}` 不在“只读取”的程序名单中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; may find where credentials are kept.</source>
        <translation>“{shown}”可能会找到存放凭据的位置。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>The command can be read in more than one way.</source>
        <translation>这条命令有多种解读方式。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>`{name}` is not found in a folder of the system, so what would run is not known.</source>
        <translation>在系统文件夹中没有找到 `{name}`，因此不知道会运行什么。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>It reads from standard input, which nobody fills.</source>
        <translation>它从标准输入读取，但没有人提供输入。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; can&apos;t be looked at.</source>
        <translation>无法查看“{shown}”。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; lies outside the workspace.</source>
        <translation>“{shown}”在工作区之外。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; is part of the running system, not a file.</source>
        <translation>“{shown}”是运行中系统的一部分，而不是文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; may hold credentials, which would be sent to the model.</source>
        <translation>“{shown}”可能含有凭据，会被发送给模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; is a folder.</source>
        <translation>“{shown}”是文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>&apos;{shown}&apos; is not an ordinary file.</source>
        <translation>“{shown}”不是普通文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>The command is long, so a person has to look at it.</source>
        <translation>命令很长，需要由人查看。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>It joins commands over several lines.</source>
        <translation>它用多行连接了多条命令。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>It holds characters that can&apos;t be seen, or that look like others.</source>
        <translation>它含有看不见的字符，或与其他字符相似的字符。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>It joins, redirects or expands something, which only a shell can do.</source>
        <translation>它使用了连接、重定向或展开，只有 shell 才能做到。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>Its words can&apos;t be read with certainty.</source>
        <translation>无法确定地解读其中的词。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>The name of its program is in quotation marks, which no plain command needs.</source>
        <translation>程序名称带有引号，普通命令不需要这样。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless.py"/>
        <source>There is no command.</source>
        <translation>没有命令。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_languages.py"/>
        <source>It is not known whether `find {word}` only reads.</source>
        <translation>不确定 `find {word}` 是否只读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_languages.py"/>
        <source>`sed` can change files and run programs; only printing lines by `sed -n` is known to read.</source>
        <translation>`sed` 可以修改文件和运行程序；只有用 `sed -n` 打印行可确定为只读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_languages.py"/>
        <source>The format for `printf` is not a plain one.</source>
        <translation>`printf` 的格式不是普通格式。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>`{name}` is given something that is not a plain name.</source>
        <translation>给 `{name}` 的不是普通名称。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>`{name}` sets the clock when its first word has no + before it, or its format is odd.</source>
        <translation>`{name}` 的第一个词前没有 + 时会设置时钟，或其格式异常。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>The pattern for `{name}` may take more memory than there is.</source>
        <translation>`{name}` 的模式可能会占用过多内存。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>`{name}` may take a word with + before it for an option.</source>
        <translation>`{name}` 可能会把带 + 的词当作选项。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>It is not known whether `{name} {word}` only reads.</source>
        <translation>不确定 `{name} {word}` 是否只读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/harmless_programs.py"/>
        <source>`{name}` is known to only read with another number of names after it.</source>
        <translation>只有在后面的名称数量不同时，才能确定 `{name}` 只读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>folders of the system</source>
        <translation>系统的文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>the whole current folder</source>
        <translation>整个当前文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>the folders above the current one</source>
        <translation>当前文件夹的上级文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>a whole drive or a system folder</source>
        <translation>整个驱动器或系统文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>all logs of this machine</source>
        <translation>这台机器的全部日志</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>the whole file system</source>
        <translation>整个文件系统</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>the system&apos;s folder {path}</source>
        <translation>系统文件夹 {path}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/places.py"/>
        <source>a home folder</source>
        <translation>用户的主文件夹</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/policy.py"/>
        <source>The command can&apos;t be read because of a fault in this program, so a person has to look at it.</source>
        <translation>由于本程序的故障，无法解读这条命令，需要由人查看。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/policy.py"/>
        <source>Commands for cmd and PowerShell always need approval.</source>
        <translation>cmd 和 PowerShell 的命令始终需要批准。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/policy.py"/>
        <source>The command is too long to be checked ({size} KB): put it into a script file.</source>
        <translation>命令太长，无法检查（{size} KB）：请把它放进脚本文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/policy.py"/>
        <source>The command can&apos;t be read completely, so a person has to look at it.</source>
        <translation>无法完整解读这条命令，需要由人查看。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/policy.py"/>
        <source>`{program}` with these words only reads and prints.</source>
        <translation>带这些词的 `{program}` 只读取并打印。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/search.py"/>
        <source>It wipes {tree}.</source>
        <translation>它会清空{tree}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/search.py"/>
        <source>It empties {tree}.</source>
        <translation>它会清空{tree}中的文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It removes {path}, without which the system doesn&apos;t start.</source>
        <translation>它会删除 {path}，没有它系统无法启动。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It switches off the guard that keeps the whole file system from being deleted.</source>
        <translation>它会关闭防止整个文件系统被删除的保护。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It destroys {path} beyond recovery.</source>
        <translation>它会毁掉 {path}，无法恢复。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It moves {tree} away.</source>
        <translation>它会移走{tree}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It changes who may use {tree}, down to its last file, which breaks the system.</source>
        <translation>它会改变谁可以使用{tree}，直到最后一个文件，这会破坏系统。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It takes away everyone&apos;s access to the whole file system.</source>
        <translation>它会取消所有人对整个文件系统的访问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>It kills every process that it can reach.</source>
        <translation>它会终止它能触及的每一个进程。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/trees.py"/>
        <source>Whatever runs here, `-rf` on {tree} can only mean to wipe it.</source>
        <translation>无论这里运行什么，对{tree}使用 `-rf` 只能是要清空它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes everything in {path}.</source>
        <translation>它会删除 {path} 中的一切。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It formats the drive {path}, and what is on it is lost.</source>
        <translation>它会格式化驱动器 {path}，其中的内容会丢失。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>`{program}` formats or erases disks and their partitions.</source>
        <translation>`{program}` 会格式化或擦除磁盘及其分区。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It overwrites a whole disk.</source>
        <translation>它会覆盖整个磁盘。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes everything in {path} that is not in {other}.</source>
        <translation>它会删除 {path} 中所有不在 {other} 里的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It overwrites all free space of a drive, so that nothing deleted comes back.</source>
        <translation>它会覆盖驱动器的全部可用空间，使已删除的内容无法恢复。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes everything in {path} beyond recovery.</source>
        <translation>它会删除 {path} 中的一切，无法恢复。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes a drive&apos;s or the system&apos;s folders.</source>
        <translation>它会删除驱动器或系统的文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes the copies from which Windows restores files.</source>
        <translation>它会删除 Windows 用来恢复文件的副本。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It takes away access to {path}, down to its last file.</source>
        <translation>它会取消对 {path} 的访问，直到最后一个文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approval/shell/windows.py"/>
        <source>It deletes every file in {path}.</source>
        <translation>它会删除 {path} 中的每个文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/approvals.py"/>
        <source>The approval {approval_id} has expired: nobody decided in time.</source>
        <translation>审批 {approval_id} 已过期：无人及时决定。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>This call did not run: one answer may ask for {count} calls. Ask for it again in the next one if it is still needed.</source>
        <translation>这次调用没有运行：一个回答最多可以请求 {count} 次调用。如果仍然需要，请在下一个回答中再次请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>{tool} is not a tool here; the tools that can be used without asking: {usable}.</source>
        <translation>{tool} 不是这里的工具；无需询问即可使用的工具：{usable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>This call is never run, in no mode. {reason}</source>
        <translation>这次调用在任何模式下都不会运行。{reason}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>This session only plans: nothing may be changed. {tool} can not be used; the tools that can be used without asking: {usable}.</source>
        <translation>此会话只做计划：不得更改任何内容。{tool} 不能使用；无需询问即可使用的工具：{usable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>What it works on is just being changed.</source>
        <translation>它要处理的内容正在被修改。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/call_run.py"/>
        <source>{tool} needs approval, which can&apos;t be asked for here; the tools that can be used without asking: {usable}.</source>
        <translation>{tool} 需要批准，而这里无法询问；无需询问即可使用的工具：{usable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/instructions.py"/>
        <source>It is a link, and is not followed.</source>
        <translation>它是链接，因此不予采用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/instructions.py"/>
        <source>It is no file.</source>
        <translation>它不是文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/instructions.py"/>
        <source>It can&apos;t be read: {reason}.</source>
        <translation>无法读取：{reason}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/instructions.py"/>
        <source>Only its first {limit} KiB are used.</source>
        <translation>只采用开头的 {limit} KiB。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/summary.py"/>
        <source>The summary of the conversation took too long.</source>
        <translation>对话摘要用时过长。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/context/summary.py"/>
        <source>The model wrote no summary.</source>
        <translation>模型没有写出摘要。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Remove the pin, or ask whoever manages this machine.</source>
        <translation>请移除固定设置，或询问管理这台电脑的人。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Resume it, then send your prompt again.</source>
        <translation>请先恢复，再重新发送消息。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Run `roku-desktop doctor` to see what is wrong with the home folder.</source>
        <translation>请运行 `roku-desktop doctor` 查看主文件夹有什么问题。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Start the newer version, or use another home folder with --home.</source>
        <translation>请启动较新的版本，或用 --home 使用其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Free some disk space and try again.</source>
        <translation>请腾出一些磁盘空间后再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Stop the running answer or wait for it to end.</source>
        <translation>请停止正在进行的回答，或等它结束。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Ask again in its session.</source>
        <translation>请在其会话中重新提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>See what waits with `roku-desktop approvals list`.</source>
        <translation>请用 `roku-desktop approvals list` 查看等待中的审批。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Wait a moment and try again, or choose another model.</source>
        <translation>请稍候再试，或选择其他模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Try again in a minute, or choose another model.</source>
        <translation>请过一分钟再试，或选择其他模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Try again; if it stays, choose another provider.</source>
        <translation>请再试一次；如果问题仍在，请选择其他服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Try again, or raise the limit in [runtime.llm.resilience] for a slow model.</source>
        <translation>请再试一次；如果模型较慢，请在 [runtime.llm.resilience] 中提高时限。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Check that the server runs and that its base_url and the network are right.</source>
        <translation>请检查服务器是否在运行，以及 base_url 和网络是否正确。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>If your network uses its own certificate authority, add it as ca_file in [runtime.network].</source>
        <translation>如果您的网络使用自己的证书颁发机构，请在 [runtime.network] 中以 ca_file 添加。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Resume the answer or try again.</source>
        <translation>请继续该回答，或再试一次。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Check base_url and kind of this provider: something else may be answering there.</source>
        <translation>请检查此服务商的 base_url 和 kind：那里可能是别的服务在应答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Check the model name and the provider&apos;s settings.</source>
        <translation>请检查模型名称和服务商设置。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Check the API key of this provider.</source>
        <translation>请检查此服务商的 API 密钥。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Add credit at the provider, or choose another one.</source>
        <translation>请在服务商处充值，或选择其他服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Start a new session, or choose a model with a larger context window.</source>
        <translation>请开始新会话，或选择上下文更长的模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Rephrase the request, or choose another model.</source>
        <translation>请换个说法，或选择其他模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Raise the budget in the settings to go on.</source>
        <translation>如需继续，请在设置中提高预算。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Configure a provider in runtime.toml, or choose another model.</source>
        <translation>请在 runtime.toml 中配置服务商，或选择其他模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Wait for the next probe, or choose another provider.</source>
        <translation>请等待下一次试探，或选择其他服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/errors.py"/>
        <source>Run the command again with --debug and report what it prints.</source>
        <translation>请加上 --debug 再运行一次，并报告其输出。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>this version of the program describes calls in another way</source>
        <translation>此版本的程序以另一种方式描述调用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>another tool would run</source>
        <translation>将运行另一个工具</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>it would be started in another way</source>
        <translation>将以另一种方式启动</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>it would do another kind of thing</source>
        <translation>将进行另一类操作</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>the working directory is another one</source>
        <translation>工作目录不同</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>it would reach other files or hosts</source>
        <translation>将访问其他文件或主机</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>the name finds another program</source>
        <translation>该名称对应另一个程序</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>the arguments are others</source>
        <translation>参数不同</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>other environment variables would be handed on</source>
        <translation>将传递其他环境变量</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>the text is another one</source>
        <translation>文本不同</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/execution.py"/>
        <source>the time limit is another one</source>
        <translation>时限不同</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>A prompt takes at most {most} images, and these are {count}: send them in turn.</source>
        <translation>一条提示最多附带 {most} 张图片，这里有 {count} 张：请分次发送。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>The disk is nearly full, so no image can be kept: make room first.</source>
        <translation>磁盘快满了，无法保存图片：请先腾出空间。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>The image can&apos;t be kept ({reason}).</source>
        <translation>无法保存图片（{reason}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>The image {name} is no longer there: attach it again.</source>
        <translation>图片 {name} 已不存在：请重新附加。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>The pasted image</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>{name} is too large for models: at most {most} MB, so make it smaller first.</source>
        <translation>{name} 对模型来说太大：最多 {most} MB，请先缩小。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>{name} is not a PNG, JPEG, WebP or GIF image.</source>
        <translation>{name} 不是 PNG、JPEG、WebP 或 GIF 图片。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>{name} is too large for models: at most {most} pixels a side, so make it smaller first.</source>
        <translation>{name} 对模型来说太大：每边最多 {most} 像素，请先缩小。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>{name} is not a file.</source>
        <translation>{name} 不是文件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/images/folder.py"/>
        <source>The image {path} can&apos;t be read ({reason}).</source>
        <translation>无法读取图片 {path}（{reason}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/loop.py"/>
        <source>The turn used all of its {budget} steps without an answer.</source>
        <translation>这一轮用完了全部 {budget} 个步骤，仍没有得到回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/loop.py"/>
        <source>{recoveries} tool calls of this turn failed; it may recover from {budget}.</source>
        <translation>这一轮有 {recoveries} 次工具调用失败；最多允许 {budget} 次。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/memory/memories.py"/>
        <source>{count} memories are more than can be written at once ({limit}): bring them in several parts.</source>
        <translation>{count} 条记忆超过一次可写入的数量（{limit}）：请分几次添加。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/memory/memories.py"/>
        <source>There is nothing to remember: the text is empty.</source>
        <translation>没有可记住的内容：文本为空。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/memory/memories.py"/>
        <source>This is too long to be remembered: {count} characters, of at most {limit}. Put it into a file of the workspace, and remember where it is.</source>
        <translation>内容太长，无法记住：{count} 个字符，最多 {limit} 个。请把它放进工作区的文件，并记住文件的位置。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/memory/openviking.py"/>
        <source>OpenViking can&apos;t be asked: {error}</source>
        <translation>无法询问 OpenViking：{error}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/memory/openviking.py"/>
        <source>OpenViking at {url} {what}.</source>
        <translation>{url} 的 OpenViking：{what}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/processes/environment.py"/>
        <source>the usual variables (list 1)</source>
        <translation>常用变量（列表 1）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/anthropic_events.py"/>
        <source>{provider} refused this request because of its content.</source>
        <translation>{provider} 因内容拒绝了这个请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} did not answer with a list of models.</source>
        <translation>{provider} 没有返回模型列表。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>The API key of {provider} has characters that no key has; enter it again.</source>
        <translation>{provider} 的 API 密钥含有密钥不可能有的字符；请重新输入。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} answered with a web page instead of a model&apos;s answer.</source>
        <translation>{provider} 返回了网页，而不是模型的回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} compressed its answer ({encoding}), which nobody asked for; switch that off at the server or at the proxy before it.</source>
        <translation>{provider} 在未被要求的情况下压缩了回答（{encoding}）；请在服务器或其前面的代理上关闭压缩。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} sends a single event that is too large to be one.</source>
        <translation>{provider} 发送的单个事件过大，不可能是正常事件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} sent an event that is not of its protocol.</source>
        <translation>{provider} 发送了不符合其协议的事件。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} ended its answer before it was complete.</source>
        <translation>{provider} 在回答完成前就结束了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/chat.py"/>
        <source>{provider} answered with something that is not a stream of events.</source>
        <translation>{provider} 返回的不是事件流。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Put the proxy with its login into the variable HTTPS_PROXY: http://name:password@host:port.</source>
        <translation>请把带登录信息的代理写入变量 HTTPS_PROXY：http://name:password@host:port。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} sends more than any answer can hold.</source>
        <translation>{provider} 发送的内容超出任何回答的大小。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>The base_url of {provider} is not an http:// or https:// address.</source>
        <translation>{provider} 的 base_url 不是 http:// 或 https:// 地址。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} sent an answer whose compression is broken.</source>
        <translation>{provider} 返回的内容压缩已损坏。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} did not answer with valid HTTP.</source>
        <translation>{provider} 返回的不是有效的 HTTP。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} broke off in the middle of its answer.</source>
        <translation>{provider} 在回答中途断开了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} does not speak TLS at this address.</source>
        <translation>{provider} 在此地址上不使用 TLS。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Check the port in its base_url, or write http:// if this server really has no TLS.</source>
        <translation>请检查 base_url 中的端口；如果该服务器确实没有 TLS，请写 http://。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} could not agree with this computer on a secure connection.</source>
        <translation>{provider} 无法与这台电脑建立安全连接。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Something between here and the server may forbid it; try from another network.</source>
        <translation>可能是途中的设备不允许；请换个网络再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} shows a certificate that has expired.</source>
        <translation>{provider} 的证书已过期。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Check the date of this computer; if it is right, whoever runs the service has to renew it.</source>
        <translation>请检查这台电脑的日期；如果日期正确，则需要由服务的运营者更新证书。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} shows a certificate that is not valid yet.</source>
        <translation>{provider} 的证书尚未生效。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Check the date of this computer.</source>
        <translation>请检查这台电脑的日期。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} shows a certificate of another name than {host}.</source>
        <translation>{provider} 的证书名称与 {host} 不符。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Check the host in its base_url; a login page of the network may be answering in its place.</source>
        <translation>请检查 base_url 中的主机名；也可能是网络的登录页面在代为应答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} shows a certificate that was revoked.</source>
        <translation>{provider} 的证书已被吊销。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Do not trust this server; ask whoever runs it.</source>
        <translation>请勿信任此服务器；请询问其运营者。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} shows a certificate whose issuer this computer does not trust.</source>
        <translation>{provider} 的证书颁发者不受这台电脑信任。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: the proxy {proxy} wants a login{code}.</source>
        <translation>无法连接 {provider}：代理 {proxy} 要求登录{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: the proxy {proxy} refuses the way there{code}.</source>
        <translation>无法连接 {provider}：代理 {proxy} 拒绝转发{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Ask whoever runs the proxy to allow it.</source>
        <translation>请让代理的管理者放行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: no computer named {name} was found.</source>
        <translation>无法连接 {provider}：找不到名为 {name} 的主机。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: nothing answers at {host}.</source>
        <translation>无法连接 {provider}：{host} 没有应答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: there is no way to {host} from here.</source>
        <translation>无法连接 {provider}：从这里无法到达 {host}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} closed the connection before it answered.</source>
        <translation>{provider} 在应答前关闭了连接。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: no computer named {name} was found, which is the proxy.</source>
        <translation>无法连接 {provider}：找不到代理主机 {name}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: nothing answers at the proxy {proxy}.</source>
        <translation>无法连接 {provider}：代理 {proxy} 没有应答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} can&apos;t be reached: there is no way to the proxy {proxy} from here.</source>
        <translation>无法连接 {provider}：从这里无法到达代理 {proxy}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} could not be reached within {limit} s.</source>
        <translation>{limit} 秒内未能连接 {provider}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} did not begin to answer within {limit} s.</source>
        <translation>{provider} 在 {limit} 秒内没有开始回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} fell silent for {limit} s in the middle of its answer.</source>
        <translation>{provider} 在回答中途沉默了 {limit} 秒。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} kept the connection open for {limit} s without answering.</source>
        <translation>{provider} 保持连接 {limit} 秒却没有回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>{provider} did not finish its answer within {limit} s.</source>
        <translation>{provider} 在 {limit} 秒内没有完成回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/connection_failures.py"/>
        <source>Try again; if it needs longer, raise {key} of this provider in runtime.toml.</source>
        <translation>请再试一次；如果需要更长时间，请在 runtime.toml 中提高此服务商的 {key}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} sends requests on to {elsewhere}; if that is right, set it as its base_url.</source>
        <translation>{provider} 把请求转到了 {elsewhere}；如果没有问题，请把它设为 base_url。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} has nothing at its base_url: check whether that needs /v1 at the end.</source>
        <translation>{provider} 的 base_url 处没有服务：请检查末尾是否需要加上 /v1。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} wants an API key and none is set.</source>
        <translation>{provider} 需要 API 密钥，但尚未设置。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>The network on the way to {provider} wants a login{code}.</source>
        <translation>通往 {provider} 的网络要求登录{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} does not allow this with this API key{code}.</source>
        <translation>{provider} 不允许用此 API 密钥进行这项操作{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} does not know the model {model}, or its base_url is not right.</source>
        <translation>{provider} 没有模型 {model}，或其 base_url 不正确。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} does not know the list of models, or its base_url is not right.</source>
        <translation>{provider} 不提供模型列表，或其 base_url 不正确。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} is limiting requests.</source>
        <translation>{provider} 正在限制请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} is overloaded at the moment.</source>
        <translation>{provider} 目前过载。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} has a problem of its own{code}.</source>
        <translation>{provider} 自身出了问题{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} gave up waiting before it could answer{code}.</source>
        <translation>{provider} 在回答之前放弃了等待{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>The proxy on the way to {provider} wants a login{code}.</source>
        <translation>通往 {provider} 的代理要求登录{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} does not accept this API key{code}.</source>
        <translation>{provider} 不接受此 API 密钥{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>The credit at {provider} is used up.</source>
        <translation>{provider} 的额度已用完。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>The conversation is longer than {model} can read.</source>
        <translation>对话长度超出了 {model} 能读取的范围。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} did not accept the request{code}.</source>
        <translation>{provider} 没有接受这个请求{code}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} answered with a redirect or without content{code}, which is not a model&apos;s answer.</source>
        <translation>{provider} 返回了重定向或空内容{code}，不是模型的回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} is limiting requests; it asks to wait {wait_s}.</source>
        <translation>{provider} 正在限制请求；要求等待 {wait_s}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/failures.py"/>
        <source>{provider} is overloaded at the moment; it asks to wait {wait_s}.</source>
        <translation>{provider} 目前过载；要求等待 {wait_s}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/local.py"/>
        <source>The built-in provider has one model, {only}, and not {model!r}.</source>
        <translation>内置服务只有一个模型 {only}，没有 {model!r}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/local.py"/>
        <source>The built-in model has been shut down.</source>
        <translation>内置模型已关闭。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/local.py"/>
        <source>The message is too long for the built-in model, which reads about 2,500 words at most.</source>
        <translation>消息对内置模型来说太长，它最多约能读取 2,500 个词。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/model_process.py"/>
        <source>The built-in model is not part of this installation; take the program called roku-desktop-with-model, or use another provider.</source>
        <translation>此安装不含内置模型；请使用名为 roku-desktop-with-model 的程序，或使用其他服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/model_process.py"/>
        <source>The built-in model is not part of this installation; add it with `pip install &quot;roku-desktop[embedded]&quot;`, or use another provider.</source>
        <translation>此安装不含内置模型；请用 `pip install &quot;roku-desktop[embedded]&quot;` 添加，或使用其他服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/model_process.py"/>
        <source>The built-in model did not start within {limit} seconds.</source>
        <translation>内置模型在 {limit} 秒内没有启动。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/model_process.py"/>
        <source>The built-in model could not be started: {problem}.</source>
        <translation>无法启动内置模型：{problem}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/registry.py"/>
        <source>There is no provider called {name}.</source>
        <translation>没有名为 {name} 的服务商。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/registry.py"/>
        <source>The API key of {provider} can&apos;t be read: {error}</source>
        <translation>无法读取 {provider} 的 API 密钥：{error}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/registry.py"/>
        <source>{name} needs an API key. {advice}</source>
        <translation>{name} 需要 API 密钥。{advice}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/registry.py"/>
        <source>{name} runs here, but no model is installed in it.</source>
        <translation>{name} 正在这台电脑上运行，但没有安装模型。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/registry.py"/>
        <source>{name} was not found on this computer; start it, or set its base_url.</source>
        <translation>在这台电脑上没有找到 {name}；请启动它，或设置其 base_url。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/transport.py"/>
        <source>The ca_file {ca_file} can&apos;t be read as a PEM certificate.</source>
        <translation>无法将 ca_file {ca_file} 作为 PEM 证书读取。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/providers/transport.py"/>
        <source>The proxy setting is not an http:// or https:// address.</source>
        <translation>代理设置不是 http:// 或 https:// 地址。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/breakers.py"/>
        <source>{provider} is being tried with one request just now.</source>
        <translation>正以一个请求试探 {provider}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/breakers.py"/>
        <source>{provider} failed {failures} times in a row and is left alone until {until}.</source>
        <translation>{provider} 连续失败 {failures} 次，在 {until} 之前暂停使用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/breakers.py"/>
        <source>{provider} asked to be left alone until {until}.</source>
        <translation>{provider} 要求在 {until} 之前不要再请求。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The question&apos;s budget is used up ({used} of {whole} spent; {key}).</source>
        <translation>本次提问的预算已用完（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The session&apos;s budget is used up ({used} of {whole} spent; {key}).</source>
        <translation>会话的预算已用完（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The day&apos;s budget is used up ({used} of {whole} spent; {key}).</source>
        <translation>今天的预算已用完（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The question&apos;s budget does not suffice for another request ({used} of {whole} spent; {key}).</source>
        <translation>本次提问的预算不够再发一次请求（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The session&apos;s budget does not suffice for another request ({used} of {whole} spent; {key}).</source>
        <translation>会话的预算不够再发一次请求（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/budget.py"/>
        <source>The day&apos;s budget does not suffice for another request ({used} of {whole} spent; {key}).</source>
        <translation>今天的预算不够再发一次请求（已用 {used}，共 {whole}；{key}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/chooser.py"/>
        <source>{provider} offers no model, and none is set as its primary_model.</source>
        <translation>{provider} 没有提供模型，也没有设置 primary_model。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>is asked too often</source>
        <translation>请求过于频繁</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>is overloaded</source>
        <translation>过载</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>did not answer in time</source>
        <translation>没有及时回答</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>could not be reached</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>has a certificate that can&apos;t be verified</source>
        <translation>的证书无法验证</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>broke off</source>
        <translation>中途断开</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>answered something unreadable</source>
        <translation>的响应无法识别</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>has no key that works</source>
        <translation>没有可用的密钥</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>has no credit left</source>
        <translation>额度已用完</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>is left alone after earlier failures</source>
        <translation>因先前的失败而暂停使用</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} of the question&apos;s budget of {1} are used.</source>
        <translation>本次提问的预算 {1} 已用 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} of the session&apos;s budget of {1} are used.</source>
        <translation>会话的预算 {1} 已用 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} of the day&apos;s budget of {1} are used.</source>
        <translation>今天的预算 {1} 已用 {0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} tokens</source>
        <translation>{0} 个 token</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>Before that, {0}.</source>
        <translation>在此之前，{0}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>Answered by {0} because {1}; it is left alone until {2}.</source>
        <translation>由 {0} 回答，因为 {1}；在 {2} 之前暂停使用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>Answered by {0} because {1}.</source>
        <translation>由 {0} 回答，因为 {1}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>returned {0}</source>
        <translation>返回了 {0}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} twice</source>
        <translation>{0}（两次）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} {1} times</source>
        <translation>{0}（{1} 次）</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>{0} and {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/explanation.py"/>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/pause.py"/>
        <source>Roku is paused, so nothing is sent.</source>
        <translation>Roku 已暂停，因此不会发送任何内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/selection.py"/>
        <source>The provider is pinned to {provider} ({source}), so it can&apos;t be switched to {other}.</source>
        <translation>服务商已固定为 {provider}（{source}），因此不能切换到 {other}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/selection.py"/>
        <source>There is no provider called {provider!r}. Known here: {known}. Add it to runtime.toml as [runtime.llm.providers.{provider}], or choose one of these.</source>
        <translation>没有名为 {provider!r} 的服务商。已知的有：{known}。请在 runtime.toml 中以 [runtime.llm.providers.{provider}] 添加，或从中选择一个。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/sight.py"/>
        <source>Images can&apos;t be attached here.</source>
        <translation>此处不能附加图片。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/routing/sight.py"/>
        <source>{model} can&apos;t see images: choose a model that can, or ask without them.</source>
        <translation>{model} 看不了图片：请选择能看图片的模型，或不带图片提问。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/session.py"/>
        <source>The turn ended by an error inside the program ({error}).</source>
        <translation>这一轮因程序内部错误而结束（{error}）。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} still waits for a decision.</source>
        <translation>审批 {approval_id} 仍在等待决定。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was approved already.</source>
        <translation>审批 {approval_id} 已被批准。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was rejected already.</source>
        <translation>审批 {approval_id} 已被拒绝。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was withdrawn, because its turn was stopped.</source>
        <translation>审批 {approval_id} 已撤回，因为那一轮被停止了。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was replaced by a newer one, because something had changed.</source>
        <translation>审批 {approval_id} 已被更新的审批取代，因为情况有变。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was started already.</source>
        <translation>审批 {approval_id} 已经开始执行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was started, and how it ended is not known: resolve it as rerun, done or skip.</source>
        <translation>审批 {approval_id} 已开始执行，但结果未知：请选择再运行一次、已完成或跳过。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The approval {approval_id} was carried out or answered already.</source>
        <translation>审批 {approval_id} 已执行或已答复。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>There is no approval {approval_id}.</source>
        <translation>没有审批 {approval_id}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>The stored approval {own_id} was changed after it was asked, so it will not be carried out.</source>
        <translation>已保存的审批 {own_id} 在提出后被改动，因此不会执行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/approvals.py"/>
        <source>There is no approval {approval_id}; its session may have been deleted.</source>
        <translation>没有审批 {approval_id}；其会话可能已被删除。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/closing.py"/>
        <source>There is no run {run_id}; its session may have been deleted.</source>
        <translation>没有运行 {run_id}；其会话可能已被删除。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/database.py"/>
        <source>The database has been closed, because the program is ending.</source>
        <translation>数据库已关闭，因为程序正在退出。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The database {database} is damaged ({finding}). It was left as it is: keep a copy of it, then move it away and start again, because no snapshot of it exists.</source>
        <translation>数据库 {database} 已损坏（{finding}）。它保持原样：请先留一份副本，再把它移走并重新启动，因为没有它的快照。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The database {database} is damaged ({finding}). It was left as it is: keep a copy of it, then put a snapshot in its place; the newest is {newest}.</source>
        <translation>数据库 {database} 已损坏（{finding}）。它保持原样：请先留一份副本，再用快照替换它；最新的快照是 {newest}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The session or run that this belongs to is not there; it may have been deleted.</source>
        <translation>所属的会话或运行不存在；可能已被删除。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>Another program keeps the database {database} locked: close it and try again.</source>
        <translation>另一个程序锁定了数据库 {database}：请关闭它后再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The database {database} can&apos;t be written ({error}): correct the rights of its folder, or choose another home with --home.</source>
        <translation>无法写入数据库 {database}（{error}）：请更正其文件夹的权限，或用 --home 选择其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The database {database} can&apos;t be read or written ({error}): check the disk it is on.</source>
        <translation>无法读写数据库 {database}（{error}）：请检查所在的磁盘。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>The home folder {home} can&apos;t be used ({reason}: {place}): correct its rights, or choose another home with --home.</source>
        <translation>无法使用主文件夹 {home}（{reason}：{place}）：请更正其权限，或用 --home 选择其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/failures.py"/>
        <source>There is no space left on the disk of {home}; nothing was half-written.</source>
        <translation>{home} 所在的磁盘已没有空间；没有写入残缺的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/forking.py"/>
        <source>There is no run {run_id} in the session {session_id}.</source>
        <translation>会话 {session_id} 中没有运行 {run_id}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/forking.py"/>
        <source>An answer is still being written there: wait for its end, or stop it.</source>
        <translation>那里仍在写回答：请等它结束，或停止它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/integrity.py"/>
        <source>The database {database} was written by a newer Roku (schema {version}; this one knows {known}). Nothing was changed.</source>
        <translation>数据库 {database} 由较新的 Roku 写入（架构 {version}；此版本支持 {known}）。没有做任何改动。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/memories.py"/>
        <source>There is no memory {memory_id}; it may have been deleted already.</source>
        <translation>没有记忆 {memory_id}；可能已被删除。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/messages.py"/>
        <source>There is no session {session_id}.</source>
        <translation>没有会话 {session_id}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/opening.py"/>
        <source>An older Roku is still running on the home {home}: close it, then start again, so that the database can be brought to the new version.</source>
        <translation>较旧的 Roku 仍在使用主文件夹 {home}：请关闭它后重新启动，以便将数据库升级到新版本。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/opening.py"/>
        <source>rows of {table} would belong to nothing</source>
        <translation>{table} 中的行将不属于任何内容</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/opening.py"/>
        <source>The database {database} could not be brought to the new version ({error}). It is unchanged: the previous Roku still opens it, and a copy lies in {snapshots}.</source>
        <translation>无法将数据库 {database} 升级到新版本（{error}）。它没有改变：之前的 Roku 仍能打开它，副本在 {snapshots} 中。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/progress.py"/>
        <source>An answer is still being written in this session.</source>
        <translation>此会话中仍在写回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/progress.py"/>
        <source>This session waits for an approval: decide on it, or stop its turn.</source>
        <translation>此会话正在等待审批：请作出决定，或停止这一轮。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/progress.py"/>
        <source>The run {run_id} is complete; there is nothing to resume.</source>
        <translation>运行 {run_id} 已完成；没有可继续的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/rules.py"/>
        <source>There is no rule {rule_id}; it may have been revoked already.</source>
        <translation>没有规则 {rule_id}；可能已被撤销。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/storage/stars.py"/>
        <source>There is no answer here that could have a star.</source>
        <translation>这里没有可以加星标的回答。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/tools/shell.py"/>
        <source>It runs in a folder within the workspace.</source>
        <translation>它在工作区内的文件夹中运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/turns.py"/>
        <source>The conversation went on after the run {run_id}, so it can&apos;t be resumed.</source>
        <translation>运行 {run_id} 之后对话已继续，因此无法恢复该运行。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/turns.py"/>
        <source>The program is ending: start it again to go on.</source>
        <translation>程序正在退出：请重新启动以继续。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/telemetry/slo.py"/>
        <source>The first prompt can be typed within a second of the start.</source>
        <translation>启动后一秒内即可输入第一条消息。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/telemetry/slo.py"/>
        <source>This program&apos;s own share of the first token&apos;s time stays below 50 ms.</source>
        <translation>首个 token 的用时中，本程序自身所占不超过 50 毫秒。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/telemetry/slo.py"/>
        <source>What an earlier process left loads again: sessions, runs, approvals.</source>
        <translation>先前进程留下的内容都能重新载入：会话、运行、审批。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/telemetry/slo.py"/>
        <source>Requests to models bring an answer; those that a person stopped are left out.</source>
        <translation>对模型的请求都得到回答；由人停止的不计入。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/telemetry/slo.py"/>
        <source>Compactions keep what must survive.</source>
        <translation>压缩会保留必须留存的内容。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>Store the key with `roku-desktop keys set {provider}`, or set the variable {variable}.</source>
        <translation>请用 `roku-desktop keys set {provider}` 保存密钥，或设置变量 {variable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>Set the variable {variable}. {reason}</source>
        <translation>请设置变量 {variable}。{reason}</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>The key is longer than the {limit} characters Windows can keep: set the variable {variable} instead.</source>
        <translation>密钥超过 Windows 可保存的 {limit} 个字符：请改为设置变量 {variable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>{reason} Until then, set the variable {variable}.</source>
        <translation>{reason}在此之前，请设置变量 {variable}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>The system keyring is still waiting: unlock it, then try again.</source>
        <translation>系统钥匙串仍在等待：请解锁后再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>The system keyring gave no answer within {limit} s: unlock it, then try again.</source>
        <translation>系统钥匙串在 {limit} 秒内没有响应：请解锁后再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>{what} is empty: copy it again from the provider&apos;s page.</source>
        <translation>{what}为空：请从服务商的页面重新复制。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>{what} has a space or a line break inside: copy it again, only the key.</source>
        <translation>{what}中有空格或换行：请只复制密钥本身。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>{what} contains characters that no API key has: copy it again.</source>
        <translation>{what}含有 API 密钥不可能有的字符：请重新复制。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/credentials.py"/>
        <source>{what} is longer than {limit} characters: that is no API key.</source>
        <translation>{what}超过 {limit} 个字符：这不是 API 密钥。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>{option} is empty: name a path.</source>
        <translation>{option} 为空：请指定路径。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>{name} is the relative path &apos;{text}&apos;: write an absolute one, the same from everywhere.</source>
        <translation>{name} 是相对路径“{text}”：请写绝对路径，这样从任何位置都一样。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>{origin} contains a NUL character, which no path can.</source>
        <translation>{origin} 含有 NUL 字符，路径中不可能有它。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>{origin} is &apos;{text}&apos;, but that person&apos;s home folder isn&apos;t known: write the whole path.</source>
        <translation>{origin} 是“{text}”，但不知道该用户的主文件夹：请写完整路径。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>Your home folder isn&apos;t known: set {variable} or use --home to say where to keep things.</source>
        <translation>不知道您的主文件夹：请设置 {variable} 或用 --home 指定存放位置。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>The home {home} is a file, not a folder: move it away, or choose another home with --home.</source>
        <translation>主文件夹 {home} 是文件而不是文件夹：请把它移走，或用 --home 选择其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>The home {home} can&apos;t be made, because {which} is a file: choose another home with --home.</source>
        <translation>无法创建主文件夹 {home}，因为 {which} 是文件：请用 --home 选择其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>There is no space left for the home folder {home}.</source>
        <translation>主文件夹 {home} 已没有可用空间。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/paths.py"/>
        <source>The home folder {home} can&apos;t be written ({reason}): correct its rights, or choose another home with --home.</source>
        <translation>无法写入主文件夹 {home}（{reason}）：请更正其权限，或用 --home 选择其他主文件夹。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>There is no system keyring here, because there is no D-Bus session (as on a server, in a container or after a plain SSH login): log in to a desktop.</source>
        <translation>这里没有系统钥匙串，因为没有 D-Bus 会话（例如在服务器、容器中或普通 SSH 登录后）：请登录桌面。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The keyring backend chosen for Python can&apos;t be loaded ({error}): correct PYTHON_KEYRING_BACKEND or keyringrc.cfg.</source>
        <translation>无法加载为 Python 选择的钥匙串后端（{error}）：请更正 PYTHON_KEYRING_BACKEND 或 keyringrc.cfg。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The keyring backend {named}, chosen by PYTHON_KEYRING_BACKEND, doesn&apos;t keep keys safely: choose another or unset the variable.</source>
        <translation>由 PYTHON_KEYRING_BACKEND 选择的钥匙串后端 {named} 不能安全保存密钥：请选择其他后端或取消该变量。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The keyring backend of this system keeps keys unprotected in a file, so it isn&apos;t used.</source>
        <translation>此系统的钥匙串后端将密钥不加保护地存入文件，因此不使用。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The macOS Keychain can&apos;t be used from this session: log in to the desktop.</source>
        <translation>此会话无法使用 macOS 钥匙串：请登录桌面。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The Windows Credential Manager can&apos;t be used: start its service, VaultSvc.</source>
        <translation>无法使用 Windows 凭据管理器：请启动其服务 VaultSvc。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>There is no system keyring, because no Secret Service answers on D-Bus: install and start gnome-keyring, or use KWallet or KeePassXC with its Secret Service switched on.</source>
        <translation>没有系统钥匙串，因为 D-Bus 上没有 Secret Service 应答：请安装并启动 gnome-keyring，或使用开启了 Secret Service 的 KWallet 或 KeePassXC。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The system keyring is locked: unlock it, then try again.</source>
        <translation>系统钥匙串已锁定：请解锁后再试。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/system_keyring.py"/>
        <source>The system keyring failed ({what}): look at it in its own program.</source>
        <translation>系统钥匙串出错（{what}）：请在其自身的程序中查看。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed</source>
        <translation>更新源</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed answers with status {status}.</source>
        <translation>版本信息地址返回了状态 {status}。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed is longer than any release feed.</source>
        <translation>版本信息过长，不像是版本信息。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed is not of the form that is expected.</source>
        <translation>版本信息的格式不符合预期。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed names no version.</source>
        <translation>版本信息中没有版本号。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>The release feed has no address of a page.</source>
        <translation>版本信息中没有页面地址。</translation>
    </message>
    <message>
        <location filename="../../roku_desktop/updates.py"/>
        <source>Check the address in runtime.updates.feed, or remove it to ask nobody.</source>
        <translation>请检查 runtime.updates.feed 中的地址；删除它就不再询问任何人。</translation>
    </message>
</context>
</TS>
