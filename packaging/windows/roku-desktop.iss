; The installer for Windows, as Inno Setup 6 reads it; scripts/build_installers.py calls it with
; /DName /DVersion /DProgram /DDocuments /DIcon /DTarget. For one person, without administrator's rights.
[Setup]
AppId={{2D3B7C0E-93D2-4F0B-8C35-5A1E52D3B6A4}
AppName=Roku Desktop
AppVersion={#Version}
AppPublisher=The Roku Desktop maintainers
DefaultDirName={autopf}\Roku Desktop
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesEnvironment=no
CloseApplications=yes
Compression=none
LicenseFile={#Documents}\LICENSE
OutputBaseFilename={#Name}-{#Version}-setup
OutputDir={#Target}
SetupIconFile={#Icon}
TimeStampRounding=0
TouchDate=2025-01-01
TouchTime=00:00
UninstallDisplayIcon={app}\roku-desktop.exe
VersionInfoVersion={#Version}
WizardStyle=modern

[Files]
Source: "{#Program}"; DestDir: "{app}"; DestName: "roku-desktop.exe"; Flags: ignoreversion touch
Source: "{#Documents}\*"; DestDir: "{app}\doc"; Flags: ignoreversion recursesubdirs touch

[Icons]
Name: "{autoprograms}\Roku Desktop"; Filename: "{app}\roku-desktop.exe"; Parameters: "gui"

; What the program may have written here for a start at login (roku_desktop/login_start.py) goes with it.
[Registry]
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: none; ValueName: "roku-desktop"; Flags: dontcreatekey uninsdeletevalue

[Run]
Filename: "{app}\roku-desktop.exe"; Parameters: "gui"; Description: "{cm:LaunchProgram,Roku Desktop}"; Flags: nowait postinstall skipifsilent
