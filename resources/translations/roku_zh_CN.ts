<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Roku</name>
    <message>
        <location filename="../../roku_desktop/cli/ask.py"/>
        <source>Decided. The turn goes on in the program that asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/cli/chat.py"/>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/cli/chat.py"/>
        <source>A new session begins with the next question.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/cli/chat.py"/>
        <source></source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/cli/chat.py"/>
        <source>
Ctrl+D or /quit leaves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/cli/sessions.py"/>
        <source>Nothing was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/tools/listing.py"/>
        <source>entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/engine/tools/listing.py"/>
        <source>entries</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/engine/tools/listing.py"/>
        <source>more entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/engine/tools/listing.py"/>
        <source>more entries</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>What would happen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approve once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Approve for this session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Reject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Run it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>It was done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Skip it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>What the model should know or do instead (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Comment for the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Previous request (Alt+Left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Next request (Alt+Right)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>For this session would allow, without asking: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/dialog.py"/>
        <source>{0} approve once · {1} for this session · {2} reject · Esc later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked {0} in “{1}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>New session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>today {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>yesterday {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Changes files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Runs a program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reaches the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Runs a program, reaches out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked again, because something has changed since: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>The program ended while this ran (started {0}), so its outcome is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>What is known: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Asked {0}; whoever asked was closed or restarted since.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>{0}; it has not begun yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Writes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Reaches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Time limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Depends on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>done by Roku itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>started directly, without a shell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>a text for a shell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>only {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>no variables are handed on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Whole new text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Approved by a rule that you made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Approved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>in a window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>on the command line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>by a rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>This has expired: nobody decided in time, so it did not run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>This was withdrawn, because its turn was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Something had changed, so this is asked again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/pages.py"/>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Rules that approve without asking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>No rule is in force: every change is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Revoke</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>Revoke: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>one session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>every session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/approving/rules.py"/>
        <source>{0}
For {1} in {2}, since {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>{0}, pinned by {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/button.py"/>
        <source>Model: {0} · {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Asking for its models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Pinned to {0} by {1}; nothing may stand in for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>Pinned to {0} by {1}; {2} may stand in for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>may stand in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>closed off by the pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>no key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>key from the environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>key in the keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>needs no key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tried with one request just now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>left alone for {0} after {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tried again with the next prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>price unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/catalogue.py"/>
        <source>chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Ask {0} again with the next prompt (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Type a provider or a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Choose provider and model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Providers and models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>As configured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Low</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Medium</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>High</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/choosing/switcher.py"/>
        <source>Thinking: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Stop (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Send (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Will be sent as soon as everything is ready…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Getting ready…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Sending…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Enter sends it after this answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Ask anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/composer.py"/>
        <source>Pictures can&apos;t be added to a prompt; describe it, or paste text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/context_ring.py"/>
        <source>Context: about {0} of {1} tokens ({2} %), estimated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>and {0} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Send now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Edit this prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/queue_strip.py"/>
        <source>Remove this prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/slash_popup.py"/>
        <source>Commands that fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>New sessions work in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>Another folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/composing/workspace_menu.py"/>
        <source>Choose a workspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>By model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>Together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 answer of unknown price</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln answers of unknown price</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln answers</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>1 token</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/costs/lines.py"/>
        <source>%Ln tokens</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Costs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>30 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/costs/popup.py"/>
        <source>Nothing was answered in this time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/main_window.py"/>
        <source>Roku</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Type a command or the title of a session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Command palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/palette/palette.py"/>
        <source>Nothing fits. Try fewer letters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/days.py"/>
        <source>Previous 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/delegate.py"/>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/deletion.py"/>
        <source>Deleted “{0}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/deletion.py"/>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>Pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>waiting for approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/model.py"/>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/results.py"/>
        <source>found in the title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/search_field.py"/>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/search_field.py"/>
        <source>Search sessions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Sessions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Your conversations will be kept here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Search results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/side.py"/>
        <source>Nothing found for “{0}”. Try fewer or shorter words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Export as Markdown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Export as JSON…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/sessions/view.py"/>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>{0} today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>1 approval waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>%Ln approvals wait</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/status_line.py"/>
        <source>Workspace: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>The program ended while this ran: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>This waits for your approval: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/approvals.py"/>
        <source>Review…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Export session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Markdown (*.md)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>JSON (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Exported to {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>There is a file {0} already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/export.py"/>
        <source>Replace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/middle.py"/>
        <source>The answer can go on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/middle.py"/>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/middle.py"/>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/middle.py"/>
        <source>There is no answer to this prompt yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/middle.py"/>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>{0} is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>What can I help you with?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>{0} answers on this computer, without a network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/models.py"/>
        <source>Your prompts go to {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/palette.py"/>
        <source>session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Plan mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Plan mode is on: only looking is allowed. End it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/plan_switch.py"/>
        <source>Only looking is allowed, nothing is changed. Click to end plan mode.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Roku stays here in the tray; its menu has Quit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>The tray went away, so the window is back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>This desktop has no tray, so Roku is in the list of windows; closing it ends it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Closing the window ends Roku from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Closing the window leaves Roku in the tray from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>This desktop has no tray: closing the window ends Roku.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/residence.py"/>
        <source>Paused: nothing is sent to any provider until you resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Choose who answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Choose the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>How much the model thinks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>How the newest answer went</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Show or hide telemetry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Plan mode: only look, change nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>What can be typed here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Type /thinking with one of: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/slash.py"/>
        <source>Thinking is set to {0} from the next prompt on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/switcher.py"/>
        <source>{0} is asked again with the next prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: all objectives are met</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: an error budget of the last 28 days is used up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>Telemetry: an error budget is burning fast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>An objective is being missed: {0} The telemetry panel shows what fails.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/telemetry.py"/>
        <source>There is no trace yet: ask something first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Try {0} now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Asking {0} again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>{0} is being tried with one request; waiting for its end, at most {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/steering/wait.py"/>
        <source>Asking {0} again in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>used up · burns {0}×</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Own time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Recovery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Compaction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>no events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>{0} % · burns {1}×</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>No provider had trouble in this time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>half open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>open · {0} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>open · next may try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/bars.py"/>
        <source>Nothing failed in this time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p50</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p95</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p99</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>success</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>All models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Newest runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>first token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>took</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>{0} failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Success</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>{0} answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>First token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>p95 {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Tokens in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Tokens out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>Cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/lists.py"/>
        <source>, {0} unpriced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Figures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Failures by class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Breakers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Error budgets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>This window knows of no collector.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>{0} measurements or spans were dropped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>{0}: {1} sent, {2} dropped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Copy as JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Error budget left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/panel.py"/>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>First token over time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>Nothing was measured in this time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>p50 {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>p99 {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>How long first tokens took</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/plots.py"/>
        <source>more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>unfinished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>Trace of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>Spans of the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/telemetry/trace_view.py"/>
        <source>There is no trace of this run any more; traces are kept for a while only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/answer_document.py"/>
        <source>Copy this code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>You stopped this answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This answer was interrupted before it was complete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This answer failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/entries.py"/>
        <source>This run waits for an approval.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open a link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open this address of {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Open this address?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/link_question.py"/>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Copy this answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Answer again, in a new session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Go on from here in a new session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Edit and send again, in a new session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Hide details of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Show details of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>… and {0} more characters, which the model was sent too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Thought</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>None yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>… and {0} more characters, which the model read too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>what went wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/row_document.py"/>
        <source>the model&apos;s thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} was being tried with one request; its end was waited for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0}, so it is asked again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>It says: “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} is to be asked again after {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>You went on with {0} instead of waiting.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/trouble_words.py"/>
        <source>{0} goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/view.py"/>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/transcript/view.py"/>
        <source>Go to the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Open Roku</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Quick prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Paused: nothing is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Pending approvals ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/tray/tray.py"/>
        <source>Pause: send nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/trouble_page.py"/>
        <source>Roku could not start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>first token {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>{0} tok/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>Something inside the program went wrong ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../roku_desktop/ui/wording.py"/>
        <source>Try again; if it stays, start the program with --debug and report what it prints.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
