; The setup program of 下沉纪实: per user, no administrator rights. Given by freeze.py: VERSION, FOLDER, SETUP, ICON,
; KILOBYTES, COMPRESSOR. Silent: 安装程序.exe /S, with /D=C:\folder (last, unquoted) for another place.
; Exit codes: 0 done, 1 cancelled, 2 broken off, 3 the program is running, 4 this Windows is too old.
Unicode true
Target amd64-unicode
!define NAME "下沉纪实"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define OLDEST_BUILD 17763 ; Windows 10 1809, the oldest that Qt supports
!define DATA "$LOCALAPPDATA\${NAME}"

Name "${NAME}"
OutFile "${SETUP}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
SetCompressor /SOLID ${COMPRESSOR}
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${NAME}"
VIAddVersionKey /LANG=2052 "FileDescription" "${NAME} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "MIT 许可"

!include MUI2.nsh
!include WinVer.nsh
!include WordFunc.nsh

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装 ${NAME} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "程序装在当前用户自己的文件夹里，不需要管理员权限，也不改动 Windows 的其他设置。$\r$\n$\r$\n已经装过旧版本的，会在原处升级；台账、备份和设置都不动。$\r$\n$\r$\n请先关闭正在运行的${NAME}，再点“下一步”。"
!define MUI_FINISHPAGE_TITLE "安装完成"
!define MUI_FINISHPAGE_TEXT "${NAME} ${VERSION} 已经装好，可以从开始菜单打开。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}.exe"
!define MUI_FINISHPAGE_RUN_TEXT "现在打开${NAME}"
!define MUI_FINISHPAGE_SHOWREADME ""
!define MUI_FINISHPAGE_SHOWREADME_TEXT "在桌面上放一个图标"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION PutOnDesktop
!define MUI_UNCONFIRMPAGE_TEXT_TOP "只删去程序。台账、备份和设置都留着，在 ${DATA}（以及您自己选的文件夹）里；以后再装${NAME}，打开就能接着用。"
!define MUI_UNTEXT_FINISH_INFO_TITLE "卸载完成"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; A running program keeps its file from being written to: asks till it is closed, in silent mode waits ten seconds.
!macro WaitForClose un
Function ${un}WaitForClose
  StrCpy $1 0
  again:
    IfFileExists "$INSTDIR\${NAME}.exe" 0 free
    ClearErrors
    FileOpen $0 "$INSTDIR\${NAME}.exe" a
    IfErrors held
    FileClose $0
    ClearErrors
    FileOpen $0 "$INSTDIR\xcjs.exe" a
    IfErrors held
    FileClose $0
    Goto free
  held:
    IfSilent 0 ask
    IntOp $1 $1 + 1
    IntCmp $1 20 give_up 0 give_up
    Sleep 500
    Goto again
  ask:
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME}正在运行（或还在打印）。$\r$\n$\r$\n请先把它关闭，再点“重试”；点“取消”则什么也不改。" IDRETRY again
  give_up:
    SetErrorLevel 3
    Quit
  free:
FunctionEnd
!macroend
!insertmacro WaitForClose ""
!insertmacro WaitForClose "un."

; Only what the setup put there: whoever installs into a folder with other things in it keeps them.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\许可"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\xcjs.exe"
  Delete "$INSTDIR\安装说明.pdf"
!macroend

Function .onInit
  SetShellVarContext current
  ${IfNot} ${AtLeastWin10}
    Goto too_old
  ${EndIf}
  ${If} ${AtLeastBuild} ${OLDEST_BUILD}
    Goto new_enough
  ${EndIf}
  too_old:
    MessageBox MB_OK|MB_ICONSTOP "${NAME}需要 Windows 10（1809 版）或更新的 Windows，这台电脑上不能安装。" /SD IDOK
    SetErrorLevel 4
    Quit
  new_enough:
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  StrCmp $0 "" fresh
  ${VersionCompare} "$0" "${VERSION}" $1
  StrCmp $1 1 0 fresh
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "已经装有较新的版本 $0，现在要装的是 ${VERSION}。$\r$\n旧版本可能打不开新版本用过的台账。仍要换成旧版本吗？" /SD IDYES IDYES fresh
    SetErrorLevel 1
    Quit
  fresh:
FunctionEnd

Function un.onInit
  SetShellVarContext current
FunctionEnd

Function PutOnDesktop
  CreateShortCut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${NAME}.exe"
FunctionEnd

Section "程序"
  Call WaitForClose
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*.*"
  WriteUninstaller "$INSTDIR\卸载.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${NAME}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${NAME}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\卸载.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\卸载.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  Call un.WaitForClose
  !insertmacro RemoveProgram
  Delete "$INSTDIR\卸载.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  MessageBox MB_OK|MB_ICONINFORMATION "${NAME}已经卸载。$\r$\n$\r$\n台账、备份和设置没有删除，仍在：$\r$\n${DATA}$\r$\n（以及您自己选的文件夹）。确实不再需要时，请自行删除。" /SD IDOK
SectionEnd
